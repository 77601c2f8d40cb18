#include "sim/swarm/history.h"

#include <algorithm>

namespace barnabas::sim {

std::size_t History::add_place(std::string name) {
  places_.push_back({});
  places_.back().name = std::move(name);
  return places_.size() - 1;
}

void History::sent(RecordId id) {
  std::uint32_t& count = places_[place_of(id)].sent[producer_of(id)];
  count = std::max(count, number_of(id) + 1);
}

void History::acknowledged(RecordId first, std::uint32_t count, std::int64_t base_offset, Moment asked) {
  ++acknowledgements_;
  for (std::uint32_t i = 0; i < count; ++i) place_record(place_of(first), base_offset + i, first + i, true, asked);
}

void History::forgotten(RecordId id, bool is_behind) {
  if (!tail_was_lost() && !is_behind)
    wrong("I4", name(place_of(id)) + ": the broker does not know what it acknowledged before " + to_text(id));
}

void History::given_up(RecordId first, std::uint32_t count) { places_[place_of(first)].given_up[first].count = count; }

void History::broker_began() {
  ++life_;
  for (auto& [key, commits] : commits_) commits.unresolved.clear();
  for (Place& place : places_)
    for (auto& [first, batch] : place.given_up) batch.bound = std::min(batch.bound, place.sent[producer_of(first)]);
}

void History::read(std::size_t place, std::int64_t offset, sdk::Bytes payload, Moment asked) {
  const RecordId id = id_of_payload(payload);
  if (id == 0) return wrong("I1", name(place) + ": damaged octets at offset " + std::to_string(offset));
  place_record(place, offset, id, false, asked);
  const auto at = static_cast<std::size_t>(offset);
  if (at < places_[place].slots.size()) places_[place].slots[at].look = look_;
}

void History::place_record(std::size_t number, std::int64_t offset, RecordId id, bool acknowledged, Moment asked) {
  Place& place = places_[number];
  const std::string where = place.name + " at offset " + std::to_string(offset);
  if (place_of(id) != number) return wrong("I2", where + ": " + to_text(id) + ", which was sent to another partition");
  const auto sent = place.sent.find(producer_of(id));
  if (sent == place.sent.end() || number_of(id) >= sent->second) return wrong("I2", where + ": " + to_text(id) + ", which nobody sent");
  if (offset < 0) return wrong("I1", where + ": no place for " + to_text(id));
  if (is_outdated(place, offset, id, asked)) return;
  const auto at = static_cast<std::size_t>(offset);
  if (place.slots.size() <= at) place.slots.resize(at + 1);

  if (place.slots[at].id == id) {
    // One that was not acknowledged may have been sent again since, and have come to the same place.
    if (const Slot& slot = place.slots[at]; is_old(slot) && slot.acknowledged && asked.era == era_) {
      place.firm = std::max(place.firm, offset + 1);
      place.firm_era = std::max(place.firm_era, slot.era);
    }
  } else {
    if (const RecordId before = place.slots[at].id; before != 0) {
      if (!is_old(place.slots[at])) return wrong("I2", where + ": " + to_text(id) + ", and before " + to_text(before));
      cut(place, offset, place.slots[at].era);
    }
    if (const auto other = place.where.find(id); other != place.where.end()) {
      const std::int64_t there = other->second;
      if (!is_old(place.slots[static_cast<std::size_t>(there)]))
        return wrong("I4", where + ": " + to_text(id) + ", which is at offset " + std::to_string(there) + " too");
      cut(place, std::min(there, offset), place.slots[static_cast<std::size_t>(there)].era);
    }
    if (place.slots.size() <= at) place.slots.resize(at + 1);
    place.where[id] = offset;
    place.slots[at] = {};
    place.slots[at].id = id;
  }
  place.slots[at].era = std::max(place.slots[at].era, asked.era);
  place.slots[at].acknowledged |= acknowledged;
}

bool History::is_outdated(const Place& place, std::int64_t offset, RecordId id, Moment asked) const {
  const auto at = static_cast<std::size_t>(offset);
  if (at < place.slots.size() && place.slots[at].id != id && place.slots[at].era > asked.era) return true;
  const auto other = place.where.find(id);
  return other != place.where.end() && other->second != offset && place.slots[static_cast<std::size_t>(other->second)].era > asked.era;
}

void History::cut(Place& place, std::int64_t offset, std::uint32_t era) {
  for (auto at = static_cast<std::size_t>(std::max<std::int64_t>(offset, 0)); at < place.slots.size(); ++at) {
    Slot& slot = place.slots[at];
    if (slot.id == 0 || !is_old(slot) || slot.era > era) continue;
    if (static_cast<std::int64_t>(at) < place.firm && slot.era >= place.firm_era)
      return wrong("I1", place.name + ": offset " + std::to_string(at) + " is gone, and " + std::to_string(place.firm - 1) + " is not");
    if (slot.kept) return wrong("I1", place.name + ": offset " + std::to_string(at) + " is gone, and it was there at a clean stop");
    place.where.erase(slot.id);
    slot = {};
  }
  while (!place.slots.empty() && place.slots.back().id == 0) place.slots.pop_back();
}

void History::told(std::size_t number, std::int64_t high_watermark, std::int64_t log_start, Moment asked, Watch& watch) {
  Place& place = places_[number];
  if (watch.asked.era == era_ && high_watermark < watch.high_watermark)
    wrong("I5", place.name + ": the high watermark went from " + std::to_string(watch.high_watermark) + " back to " +
                    std::to_string(high_watermark));
  if (watch.asked.life == life_ && log_start < watch.log_start)
    wrong("I1", place.name + ": the log's start went from " + std::to_string(watch.log_start) + " back to " + std::to_string(log_start));
  if (log_start > place.delete_below)
    wrong("I1", place.name + ": the log begins at " + std::to_string(log_start) + ", and nobody deleted above " +
                    std::to_string(place.delete_below));
  watch = {high_watermark, log_start, asked};
  if (asked.era != era_) return;
  const auto is_lost = [&](const Slot& slot) { return slot.id != 0 && is_old(slot); };
  const auto from = place.slots.begin() + std::min<std::int64_t>(std::max<std::int64_t>(high_watermark, 0), end(number));
  if (std::any_of(from, place.slots.end(), is_lost)) cut(place, high_watermark, era_);
}

bool History::may_be_out_of_range(std::size_t place, std::int64_t offset) const {
  return offset < places_[place].delete_below || tail_was_lost();
}

void History::will_delete_below(std::size_t place, std::int64_t offset) {
  places_[place].delete_below = std::max(places_[place].delete_below, offset);
}

bool History::may_be_late(const Place& place, std::size_t at, bool is_first_of_log, std::uint32_t last) const {
  const RecordId id = place.slots[at].id;
  auto batch = place.given_up.upper_bound(id);
  if (batch == place.given_up.begin()) return false;
  const auto& [first, given_up] = *--batch;
  if (id - first >= given_up.count || last >= given_up.bound) return false;
  return id == first || is_first_of_log || place.slots[at - 1].id == id - 1;
}

void History::end_last_look(std::size_t number, std::int64_t start, std::int64_t end) {
  Place& place = places_[number];
  std::map<std::size_t, std::uint32_t> last;
  for (std::size_t at = 0; at < place.slots.size(); ++at) {
    const Slot& slot = place.slots[at];
    const auto offset = static_cast<std::int64_t>(at);
    if (slot.id == 0 || offset < start) continue;
    if (slot.look != look_) {
      const bool lost = is_old(slot) && offset >= end && offset >= place.firm && !slot.kept;
      if (slot.acknowledged && !lost)
        wrong("I1", place.name + " at offset " + std::to_string(offset) + ": " + to_text(slot.id) + " was acknowledged and is gone");
      continue;
    }
    const auto [before, is_first] = last.try_emplace(producer_of(slot.id), number_of(slot.id));
    if (!is_first && before->second >= number_of(slot.id) && !may_be_late(place, at, offset == start, before->second))
      wrong("I3", place.name + " at offset " + std::to_string(offset) + ": " + to_text(slot.id) + " behind number " +
                      std::to_string(before->second));
    before->second = std::max(before->second, number_of(slot.id));
  }
}

void History::lost_power() {
  if (!tail_may_be_lost_) return;
  ++era_;
  for (Place& place : places_) place.firm = 0, place.firm_era = 0;
  for (auto& [key, commits] : commits_) commits.acknowledged = -1;
}

void History::stopped_cleanly() {
  for (Place& place : places_)
    for (std::size_t at = 0; at < place.slots.size(); ++at)
      if (const bool is_firm = static_cast<std::int64_t>(at) < place.firm && place.slots[at].era >= place.firm_era;
          !is_old(place.slots[at]) || is_firm)
        place.slots[at].kept = true;
}

void History::commit_begins(const std::string& key, std::int64_t offset) {
  Commits& commits = commits_[key];
  commits.attempted[offset] = true;
  commits.unresolved.emplace(offset, true);
}

void History::commit_refused(const std::string& key, std::int64_t offset) {
  Commits& commits = commits_[key];
  if (const auto one = commits.unresolved.find(offset); one != commits.unresolved.end()) commits.unresolved.erase(one);
}

void History::commit_ends(const std::string& key, std::int64_t offset, bool acknowledged, Moment asked) {
  if (!acknowledged) return;  // it may still arrive
  commit_refused(key, offset);
  if (asked.era == era_) commits_[key].acknowledged = offset;
}

History::Floor History::commit_floor(const std::string& key) const {
  const auto found = commits_.find(key);
  if (found == commits_.end()) return {-1, now()};
  std::int64_t offset = found->second.acknowledged;
  if (!found->second.unresolved.empty()) offset = std::min(offset, found->second.unresolved.begin()->first);
  return {offset, now()};
}

void History::committed_told(const std::string& key, const Floor& floor, std::int64_t offset) {
  if (floor.asked.era == era_ && offset < floor.offset)
    wrong("I12", key + ": offset " + std::to_string(offset) + " is told, and " + std::to_string(floor.offset) + " was committed");
  if (offset != -1 && !commits_[key].attempted.contains(offset))
    wrong("I13", key + ": offset " + std::to_string(offset) + " is told, which nobody committed");
}

}  // namespace barnabas::sim
