#include "kernel/group/move/move_content.h"

#include "kernel/group/cutter.h"

namespace barnabas::group {

MoveContent content_of(const Slot& slot, const Strays& strays, std::uint64_t max_bytes) {
  MoveContent content;
  Cutter cutter(max_bytes);
  for (const StoredOffsetKey& key : strays.offsets)
    if (slot.offsets.find(key.topic, key.partition) == nullptr) cutter.forget(key);
  for (const std::string& key : strays.records)
    if (!slot.stored().contains(key)) cutter.forget(key);
  slot.offsets.each([&](const StoredOffset& offset) {
    ++content.offsets;
    content.bytes += offset.topic.size() + offset.metadata.size() + sizeof offset.offset;
    cutter.add(offset);
  });
  for (const auto& [key, value] : slot.stored()) {
    ++content.records;
    content.bytes += key.size() + value.size();
    cutter.add(StoredRecord{key, value});
  }
  content.changes = cutter.take();
  // Even of a group without anything it must be known that the store answers.
  if (content.changes.empty()) content.changes.push_back(change_of_nothing());
  return content;
}

GroupChange change_of_nothing() {
  GroupChange change;
  change.forgotten.push_back({"__consumer_offsets", -1});
  return change;
}

std::vector<GroupChange> forgetting(const Strays& strays, std::uint64_t max_bytes) {
  Cutter cutter(max_bytes);
  for (const StoredOffsetKey& key : strays.offsets) cutter.forget(key);
  for (const std::string& key : strays.records) cutter.forget(key);
  return cutter.take();
}

void add_keys(const std::vector<GroupChange>& changes, Strays& strays) {
  for (const GroupChange& change : changes) {
    for (const StoredOffset& offset : change.offsets) strays.offsets.insert({offset.topic, offset.partition});
    strays.offsets.insert(change.forgotten.begin(), change.forgotten.end());
    for (const StoredRecord& record : change.records) strays.records.insert(record.key);
  }
}

}  // namespace barnabas::group
