#include "kernel/group/coordinator_state.h"

#include <utility>

#include "kernel/base/times.h"

namespace barnabas::group {

Coordinator::State::State(std::shared_ptr<Context> shared) : context(std::move(shared)), expiry_(context->deadlines, *this) {}

Coordinator::State::Found Coordinator::State::find(const std::string& group) {
  Found found;
  found.number = home_of(group, context->settings.home_count);
  const auto home = homes.find(found.number);
  if (home == homes.end()) {
    found.error = ErrorCode::kNotCoordinator;
  } else if (home->second.loading) {
    found.error = ErrorCode::kCoordinatorLoadInProgress;
  } else {
    if (context->stores != nullptr) found.error = context->stores->readiness(group, found.number);
    if (found.error != ErrorCode::kNone) return found;
    found.home = &home->second;
    const auto slot = found.home->slots.find(group);
    if (slot != found.home->slots.end()) found.slot = slot->second;
  }
  return found;
}

void Coordinator::State::make(Found& found, const std::string& group) {
  found.slot = slot(found.number, *found.home, found.home->slots, group).shared_from_this();
}

Slot& Coordinator::State::slot(std::int32_t number, const Home& home, Slots& slots, const std::string& group) {
  std::shared_ptr<Slot>& slot = slots[group];
  if (slot == nullptr) {
    slot = std::make_shared<Slot>(context, group, number, home.epoch);
    slot->group = std::make_unique<ClassicGroup>(*slot);
  }
  if (!expiry_.is_set()) look_for_expired_later();
  return *slot;
}

void Coordinator::State::remove(std::int32_t home, Slot& slot, std::function<void(ErrorCode)> done) {
  slot.dead = true;
  const std::vector<StoredOffsetKey> offsets = slot.offsets.keys();  // also what is still being written: writes take effect in order
  std::vector<StoredRecord> tombstones;
  slot.group->add_tombstones(tombstones);
  // One that is being moved goes when the move has ended: whoever took its name meanwhile would not be held back.
  if (offsets.empty() && tombstones.empty() && !slot.has_outdated() && !slot.is_held()) {
    const auto found = homes.find(home);
    if (found != homes.end()) found->second.slots.erase(std::string(slot.id()));
    if (done) done(ErrorCode::kNone);
    return;
  }
  slot.forget(offsets, std::move(tombstones),
              [this, alive = std::weak_ptr(alive_), home, done = std::move(done)](ErrorCode error, Slot* gone) {
                if (!alive.expired() && gone != nullptr) {
                  gone->dead = false;
                  const auto found = homes.find(home);
                  if (error == ErrorCode::kNone && found != homes.end()) found->second.slots.erase(std::string(gone->id()));
                }
                if (done) done(error == ErrorCode::kRequestTimedOut ? ErrorCode::kCoordinatorNotAvailable : error);
              });
}

void Coordinator::State::look_for_expired_later() {
  expiry_.set(base::saturated_add(context->now.steady_ms, context->settings.offsets_retention_check_interval_ms));
}

void Coordinator::State::on_alarm(Alarm&) {
  for (auto& [number, home] : homes) {
    if (home.loading) continue;
    std::vector<std::shared_ptr<Slot>> all;  // what was never stored goes at once
    for (auto& [id, slot] : home.slots) all.push_back(slot);
    for (const auto& slot : all) expire(number, *slot);
  }
  look_for_expired_later();
}

void Coordinator::State::expire(std::int32_t home, Slot& slot) {
  if (slot.dead || slot.writing()) return;
  std::vector<StoredOffsetKey> expired;
  bool all = true;
  slot.offsets.each([&](const StoredOffset& offset) {
    const auto from = slot.group->retention_from(offset);
    const std::int64_t now = deleting_ms;
    const bool over = from && (offset.expire_ms >= 0 ? now >= offset.expire_ms : *from <= now - context->settings.offsets_retention_ms);
    if (over) expired.push_back({offset.topic, offset.partition});
    all = all && over;
  });
  if (all && slot.group->is_empty()) return remove(home, slot, nullptr);
  if (!expired.empty()) slot.forget(expired, {}, [](ErrorCode, Slot*) {});
}

}  // namespace barnabas::group
