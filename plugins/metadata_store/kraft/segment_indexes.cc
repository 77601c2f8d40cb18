#include "segment_indexes.h"

#include "kernel/wire/buffer.h"

namespace barnabas::kraft {
namespace {
constexpr std::uint64_t kIntervalBytes = 4096;
}

void SegmentIndexes::add(const record::BatchView& batch, std::uint64_t position) {
  const auto last = static_cast<std::int32_t>(batch.last_offset() - base_offset_);
  if (bytes_since_entry_ > kIntervalBytes) {
    places_.push_back({last, static_cast<std::int32_t>(position)});
    add_time(times_);
    bytes_since_entry_ = 0;
  }
  bytes_since_entry_ += batch.size();
  if (batch.max_timestamp_ms() > max_timestamp_ms_) {
    max_timestamp_ms_ = batch.max_timestamp_ms();
    max_timestamp_offset_ = last;
  }
}

void SegmentIndexes::add_time(std::vector<Time>& times) const {
  if (max_timestamp_ms_ >= 0 && (times.empty() || times.back().timestamp_ms < max_timestamp_ms_))
    times.push_back({max_timestamp_ms_, max_timestamp_offset_});
}

Status SegmentIndexes::write(sdk::Disk& disk, const std::string& path_without_suffix) const {
  wire::Buffer places;
  for (const Place& place : places_) {
    places.append_int32(place.offset);
    places.append_int32(place.position);
  }
  BARNABAS_TRY(write_file(disk, path_without_suffix + ".index", places.bytes()));
  std::vector<Time> all = times_;
  add_time(all);
  wire::Buffer times;
  for (const Time& time : all) {
    times.append_int64(time.timestamp_ms);
    times.append_int32(time.offset);
  }
  return write_file(disk, path_without_suffix + ".timeindex", times.bytes());
}

}  // namespace barnabas::kraft
