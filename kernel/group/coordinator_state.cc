#include "kernel/group/coordinator_state.h"

#include <utility>

#include "kernel/group/records.h"

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
  if (!expiry_.is_set()) expiry_.set(context->now.steady_ms + context->settings.offsets_retention_check_interval_ms);
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

void Coordinator::State::on_alarm(Alarm&) {
  for (auto& [number, home] : homes) {
    if (home.loading) continue;
    std::vector<std::shared_ptr<Slot>> all;  // what was never stored goes at once
    for (auto& [id, slot] : home.slots) all.push_back(slot);
    for (const auto& slot : all) expire(number, *slot);
  }
  expiry_.set(context->now.steady_ms + context->settings.offsets_retention_check_interval_ms);
}

void Coordinator::State::expire(std::int32_t home, Slot& slot) {
  if (slot.dead || slot.writing()) return;
  std::vector<StoredOffsetKey> expired;
  bool all = true;
  slot.offsets.each([&](const StoredOffset& offset) {
    const auto from = slot.group->retention_from(offset);
    const std::int64_t now = context->now.wall_ms;
    const bool over = from && (offset.expire_ms >= 0 ? now >= offset.expire_ms : now - *from >= context->settings.offsets_retention_ms);
    if (over) expired.push_back({offset.topic, offset.partition});
    all = all && over;
  });
  if (all && slot.group->is_empty()) return remove(home, slot, nullptr);
  if (!expired.empty()) slot.forget(expired, {}, [](ErrorCode, Slot*) {});
}

void Coordinator::begin_loading(std::int32_t home, std::int32_t epoch) {
  resign(home);
  state_->homes[home].epoch = epoch;
}

Coordinator::State::Arriving* Coordinator::State::arriving(std::int32_t home, std::size_t store) {
  const auto found = homes.find(home);
  return found == homes.end() || found->second.loaded.contains(store) ? nullptr : &found->second.arriving[store];
}

void Coordinator::load_again(std::int32_t home, std::size_t store) {
  const Turn turn(state_->context);
  const auto found = state_->homes.find(home);
  if (found == state_->homes.end()) return;
  if (found->second.loaded.contains(store)) state_->unload(found->second, store);
  found->second.arriving[store] = {};
}

void Coordinator::State::unload(Home& home, std::size_t store) {
  home.loaded.erase(store);
  home.loading = home.loaded.empty();
  for (auto slot = home.slots.begin(); slot != home.slots.end();) {
    const auto at = slot++;
    const std::string& group = at->first;
    if (context->stores != nullptr && context->stores->store_of(group) != store) continue;
    const auto move = home.moves.find(group);
    // Of a group that is held and copied everything is known, and nobody must write to it before it is chosen where it is.
    if (move != home.moves.end() && move->second->holds_all()) continue;
    if (move != home.moves.end() && move->second->give_up()) home.moves.erase(move);
    at->second->group->resign();
    at->second->resign();
    home.slots.erase(at);
  }
}

void Coordinator::load_offset(std::int32_t home, std::string_view group, StoredOffset offset, std::size_t store) {
  State::Arriving* arriving = state_->arriving(home, store);
  if (arriving == nullptr) return;
  state_->slot(home, state_->homes[home], arriving->slots, std::string(group)).offsets.load(std::move(offset));
}

void Coordinator::load_record(std::int32_t home, std::string_view key, std::string_view value, std::size_t store) {
  State::Arriving* arriving = state_->arriving(home, store);
  const auto type = key_type(key);
  const auto group = group_of(key);
  if (arriving == nullptr || !type || !group) return;
  const auto slot_of = [&]() -> Slot& { return state_->slot(home, state_->homes[home], arriving->slots, *group); };
  if (state_->movable() && *type != kLegacyOffsetKey && *type != kOffsetKey)
    arriving->told[*group].push_back({std::string(key), std::string(value)});
  if (*type == kLegacyOffsetKey || *type == kOffsetKey) {
    if (auto offset = read_offset(key, value)) load_offset(home, *group, std::move(*offset), store);
  } else if (*type == kGroupKey) {
    auto stored = read_group(value);
    if (!stored) return;
    state_->load_classic(slot_of(), *std::move(stored));
  } else if (const auto consumer = read_consumer_group_key(key)) {
    state_->load_consumer(slot_of(), *consumer, value);
  }
}

void Coordinator::finish_loading(std::int32_t home, std::size_t store) {
  const Turn turn(state_->context);
  if (state_->arriving(home, store) == nullptr) return;
  State::Home& whole = state_->homes[home];
  State::Arriving part = std::move(whole.arriving.extract(store).mapped());
  whole.loading = false;
  whole.loaded.insert(store);
  for (auto& [id, slot] : part.slots) {
    if (whole.slots.contains(id)) continue;  // a move has held it all the while
    if (const auto told = part.told.find(id); told != part.told.end())
      for (StoredRecord& record : told->second) slot->load_stored(std::move(record.key), *std::move(record.value));
    whole.slots[id] = slot;
    slot->group->on_loaded();
  }
}

void Coordinator::resign(std::int32_t home) {
  const Turn turn(state_->context);
  const auto found = state_->homes.find(home);
  if (found == state_->homes.end()) return;
  for (auto& [id, move] : found->second.moves) move->resign();
  for (auto& [id, slot] : found->second.slots) {
    slot->group->resign();
    slot->resign();
  }
  state_->homes.erase(found);
}

bool Coordinator::leads(std::int32_t home) const {
  const auto found = state_->homes.find(home);
  return found != state_->homes.end() && !found->second.loading;
}

}  // namespace barnabas::group
