// The offset and time index of one segment of the metadata log, as Kafka keeps them beside it. They are made again whenever the log is
// opened, so they are written only when a segment is finished or the log is closed. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "files.h"
#include "kernel/record/batch_view.h"

namespace barnabas::kraft {

class SegmentIndexes {
 public:
  explicit SegmentIndexes(std::int64_t base_offset) : base_offset_(base_offset) {}

  // `position`: where the batch begins in the segment.
  void add(const record::BatchView& batch, std::uint64_t position);
  Status write(sdk::Disk& disk, const std::string& path_without_suffix) const;

 private:
  struct Place {
    std::int32_t offset;  // less the base
    std::int32_t position;
  };
  struct Time {
    std::int64_t timestamp_ms;
    std::int32_t offset;
  };
  void add_time(std::vector<Time>& times) const;

  std::int64_t base_offset_;
  std::uint64_t bytes_since_entry_ = 0;
  std::int64_t max_timestamp_ms_ = -1;
  std::int32_t max_timestamp_offset_ = 0;
  std::vector<Place> places_;
  std::vector<Time> times_;
};

}  // namespace barnabas::kraft
