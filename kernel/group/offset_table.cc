#include "kernel/group/offset_table.h"

#include <utility>

namespace barnabas::group {

void OffsetTable::load(StoredOffset value) {
  Cell& cell = topics_[value.topic][value.partition];
  cell.has_value = true;
  cell.value = std::move(value);
}

std::uint64_t OffsetTable::begin(const std::vector<StoredOffset>& values) {
  for (const StoredOffset& value : values) ++topics_[value.topic][value.partition].writes;
  return ++last_number_;
}

void OffsetTable::done(std::uint64_t number, std::vector<StoredOffset> values, bool stored) {
  for (StoredOffset& value : values) {
    const auto topic = topics_.find(value.topic);
    if (topic == topics_.end()) continue;
    const auto found = topic->second.find(value.partition);
    if (found == topic->second.end() || found->second.writes == 0) continue;
    Cell& cell = found->second;
    --cell.writes;
    if (stored && number >= cell.number) {
      cell.value = std::move(value);
      cell.number = number;
      cell.has_value = true;
      continue;
    }
    if (cell.has_value || cell.writes > 0) continue;
    topic->second.erase(found);
    if (topic->second.empty()) topics_.erase(topic);
  }
}

void OffsetTable::forgotten(std::uint64_t number, const std::vector<StoredOffsetKey>& keys) {
  for (const StoredOffsetKey& key : keys) {
    const auto topic = topics_.find(key.topic);
    if (topic == topics_.end()) continue;
    const auto found = topic->second.find(key.partition);
    if (found == topic->second.end() || found->second.number > number) continue;
    found->second.has_value = false;
    found->second.number = number;
    if (found->second.writes > 0) continue;
    topic->second.erase(found);
    if (topic->second.empty()) topics_.erase(topic);
  }
}

const OffsetTable::Cell* OffsetTable::cell(std::string_view topic, std::int32_t partition) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return nullptr;
  const auto cell = found->second.find(partition);
  return cell == found->second.end() ? nullptr : &cell->second;
}

const StoredOffset* OffsetTable::find(std::string_view topic, std::int32_t partition) const {
  const Cell* found = cell(topic, partition);
  return found == nullptr || !found->has_value ? nullptr : &found->value;
}

bool OffsetTable::has(std::string_view topic, std::int32_t partition) const { return cell(topic, partition) != nullptr; }

bool OffsetTable::writing(std::string_view topic, std::int32_t partition) const {
  const Cell* found = cell(topic, partition);
  return found != nullptr && found->writes > 0;
}

void OffsetTable::each(const std::function<void(const StoredOffset&)>& visit) const {
  for (const auto& [name, partitions] : topics_)
    for (const auto& [partition, cell] : partitions)
      if (cell.has_value) visit(cell.value);
}

void OffsetTable::each_of(std::string_view topic, const std::function<void(const StoredOffset&)>& visit) const {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  for (const auto& [partition, cell] : found->second)
    if (cell.has_value) visit(cell.value);
}

std::vector<StoredOffsetKey> OffsetTable::keys() const {
  std::vector<StoredOffsetKey> keys;
  for (const auto& [name, partitions] : topics_)
    for (const auto& [partition, cell] : partitions) keys.push_back({name, partition});
  return keys;
}

std::vector<StoredOffsetKey> OffsetTable::keys_of(std::string_view topic) const {
  std::vector<StoredOffsetKey> keys;
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return keys;
  for (const auto& [partition, cell] : found->second) keys.push_back({found->first, partition});
  return keys;
}

}  // namespace barnabas::group
