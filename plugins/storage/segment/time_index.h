// .timeindex: every batch with a larger timestamp than an entry's lies behind the entry's offset. Timestamps strictly increase. Not
// synchronised.
#pragma once

#include "index_file.h"

namespace barnabas::segment {

struct TimeEntry {
  std::int64_t timestamp_ms = -1;
  std::int64_t offset = 0;  // the last offset of the batch with that timestamp
};

class TimeIndex {
 public:
  static constexpr std::size_t kEntryBytes = 12;

  TimeIndex(FileRef file, std::int64_t base_offset)
      : entries_(std::move(file), kEntryBytes), base_offset_(base_offset), last_{-1, base_offset} {}

  // kCorrupt when its last entry cannot belong to the segment.
  sdk::Status load();
  sdk::Status reset();
  void maybe_append(const TimeEntry& entry);       // only when it is younger than the last
  const TimeEntry& last() const { return last_; }  // timestamp -1: none
  // The last entry whose timestamp is at most `timestamp_ms`, else the segment's beginning.
  sdk::Status lookup(std::int64_t timestamp_ms, TimeEntry& entry);
  sdk::Status truncate(std::int64_t offset);  // entries from `offset` on go

  IndexFile& entries() { return entries_; }

 private:
  sdk::Status get(std::size_t index, TimeEntry& entry);
  sdk::Status read_last();

  IndexFile entries_;
  const std::int64_t base_offset_;
  TimeEntry last_;
};

}  // namespace barnabas::segment
