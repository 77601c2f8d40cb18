// .index: for a batch every few KiB, its last offset (relative to the segment's) and its position. Not synchronised.
#pragma once

#include "index_file.h"

namespace barnabas::segment {

class OffsetIndex {
 public:
  static constexpr std::size_t kEntryBytes = 8;

  OffsetIndex(FileRef file, std::int64_t base_offset) : entries_(std::move(file), kEntryBytes), base_offset_(base_offset) {}

  // kCorrupt when its last entry cannot belong to a segment of `log_size` octets.
  sdk::Status load(std::uint64_t log_size);
  void append(std::int64_t last_offset, std::uint64_t position);
  // A position at or before the batch that holds `offset`.
  sdk::Status lookup(std::int64_t offset, std::uint64_t& position);
  sdk::Status last_position(std::uint64_t& position);
  sdk::Status truncate(std::int64_t offset);  // entries of batches that reach `offset` go

  IndexFile& entries() { return entries_; }

 private:
  IndexFile entries_;
  const std::int64_t base_offset_;
};

}  // namespace barnabas::segment
