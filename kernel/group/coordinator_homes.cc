// The life of a home here: taken over, told by its stores, read again, resigned.
#include <utility>

#include "kernel/group/coordinator_state.h"
#include "kernel/group/records.h"

namespace barnabas::group {

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
    slot->forget_topics(part.deleted_topics);
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
