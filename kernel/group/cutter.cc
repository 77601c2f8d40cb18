#include "kernel/group/cutter.h"

#include <algorithm>
#include <utility>

namespace barnabas::group {
namespace {

constexpr std::uint64_t kMostBytes = 256 << 10;
// A store may keep names around each item, of the group and of folders, that are longer than the item: a request of ZooKeeper has a
// megabyte for all of them.
constexpr std::size_t kMostItems = 256;
// What a store adds to each item, at most.
constexpr std::uint64_t kItemBytes = 64;

}  // namespace

std::uint64_t bytes_of(const StoredOffset& offset) { return offset.topic.size() + offset.metadata.size(); }
std::uint64_t bytes_of(const StoredRecord& record) { return record.key.size() + (record.value ? record.value->size() : 0); }
std::uint64_t bytes_of(const GroupChange& change) {
  std::uint64_t bytes = 0;
  for (const StoredOffset& offset : change.offsets) bytes += bytes_of(offset);
  for (const StoredOffsetKey& key : change.forgotten) bytes += key.topic.size();
  for (const StoredRecord& record : change.records) bytes += bytes_of(record);
  return bytes;
}

Cutter::Cutter(std::uint64_t max_bytes) : max_bytes_(max_bytes == 0 ? kMostBytes : std::min(max_bytes, kMostBytes)) {}

void Cutter::add(StoredOffset offset) { room(bytes_of(offset)).offsets.push_back(std::move(offset)); }
void Cutter::add(StoredRecord record) { room(bytes_of(record)).records.push_back(std::move(record)); }
void Cutter::forget(const StoredOffsetKey& key) { room(key.topic.size()).forgotten.push_back(key); }

GroupChange& Cutter::room(std::uint64_t bytes) {
  bytes += kItemBytes;
  if (changes_.empty() || used_ + bytes > max_bytes_ || items_ == kMostItems) {
    changes_.emplace_back();
    used_ = 0;
    items_ = 0;
  }
  used_ += bytes;
  ++items_;
  return changes_.back();
}

}  // namespace barnabas::group
