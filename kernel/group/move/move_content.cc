#include "kernel/group/move/move_content.h"

#include <algorithm>
#include <utility>

namespace barnabas::group {
namespace {

// Kept small, so that the writes of other groups do not wait long behind one of these.
constexpr std::uint64_t kMostBytes = 256 << 10;
// What a store adds to each item, at most.
constexpr std::size_t kItemBytes = 64;

class Cutter {
 public:
  explicit Cutter(std::uint64_t max_bytes) : max_bytes_(max_bytes == 0 ? kMostBytes : std::min(max_bytes, kMostBytes)) {}

  void add(StoredOffset offset) {
    const std::size_t bytes = offset.topic.size() + offset.metadata.size();
    room(bytes).offsets.push_back(std::move(offset));
  }
  void add(StoredRecord record) {
    const std::size_t bytes = record.key.size() + (record.value ? record.value->size() : 0);
    room(bytes).records.push_back(std::move(record));
  }
  void forget(const StoredOffsetKey& key) { room(key.topic.size()).forgotten.push_back(key); }
  void forget(const std::string& key) { add(StoredRecord{key, std::nullopt}); }
  std::vector<GroupChange> take() { return std::move(changes_); }

 private:
  GroupChange& room(std::size_t bytes) {
    bytes += kItemBytes;
    if (changes_.empty() || used_ + bytes > max_bytes_) {
      changes_.emplace_back();
      used_ = 0;
    }
    used_ += bytes;
    return changes_.back();
  }

  const std::uint64_t max_bytes_;
  std::uint64_t used_ = 0;
  std::vector<GroupChange> changes_;
};

}  // namespace

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
  // Even of a group without anything it must be known that the store answers: a key that nobody has is forgotten.
  if (content.changes.empty()) content.changes.emplace_back().forgotten.push_back({slot.id(), 0});
  return content;
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
