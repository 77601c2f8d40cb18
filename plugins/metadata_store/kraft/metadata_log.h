// The segments of __cluster_metadata-0: batches back to back, in files named after their first offset.
//
// Offsets have no gaps, and every batch is on the device before it counts. What follows the first octet that is no whole batch with a right
// checksum was never acknowledged: opening cuts it off, but only in the last segment, for the ones before it were finished long ago and
// must be whole, and only where a crash can have left it (log_damage.h). One thread at a time; blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "files.h"
#include "kernel/record/batch_view.h"
#include "segment_indexes.h"

namespace barnabas::kraft {

class MetadataLog {
 public:
  MetadataLog(sdk::Disk& disk, std::string directory, std::uint64_t segment_bytes)
      : disk_(disk), directory_(std::move(directory)), segment_bytes_(segment_bytes) {}

  using Each = std::function<Status(const record::BatchView&)>;

  // Calls `each` for every batch there is, in order. Changes nothing. What was written before `term` is on the device.
  Status read(const Each& each, std::int32_t term = 0);
  // Cuts off what is no whole batch, and takes up writing. Afterwards what was read is on the device. REQUIRES: read() went well.
  Status open();
  // One batch that begins at end_offset(). Durable after sync(). kExhausted: there is no room for it, and nothing of it remains.
  Status append(const record::BatchView& batch);
  Status sync() { return sync(Durable::kNo); }
  // Empty, and going on at `offset`: everything below is in a snapshot.
  Status restart(std::int64_t offset);
  // Begins a new segment where the present one has anything, and deletes those that end at or below `offset`.
  Status trim(std::int64_t offset);
  Status close();

  bool empty() const { return start_offset() == end_offset_; }
  std::int64_t start_offset() const { return segments_.empty() ? 0 : segments_.front().base_offset; }
  std::int64_t end_offset() const { return end_offset_; }
  std::int32_t last_epoch() const { return epochs_.empty() ? 0 : epochs_.back().first; }
  std::uint64_t size_bytes() const;
  // Octets that opening cuts off.
  std::uint64_t cut_bytes() const { return cut_bytes_; }

 private:
  struct Segment {
    std::int64_t base_offset = 0;
    std::uint64_t size = 0;
  };

  std::string path(std::int64_t base_offset) const;
  Result<std::vector<std::int64_t>> find_segments();
  Status scan(std::int64_t base_offset, bool last, const Each& each);
  Status check_torn(sdk::Bytes rest, std::uint64_t good) const;
  Status damaged(std::uint64_t good, std::string_view why) const;
  Status remove_indexes(bool* were_there = nullptr);  // of the last segment
  Status write_again();
  Result<OpenFile> make_segment(std::int64_t offset);
  void begin(OpenFile file, std::int64_t offset);
  void hold_room();
  Status roll();
  Status delete_segment(std::int64_t base_offset);
  void note(const record::BatchView& batch, std::uint64_t position);
  Status sync(Durable epochs);
  Status write_epochs(Durable durable);

  sdk::Disk& disk_;
  const std::string directory_;
  const std::uint64_t segment_bytes_;
  std::vector<Segment> segments_;  // the last one is being written
  OpenFile active_;
  std::uint64_t held_end_ = 0;               // up to where the last segment has room in advance
  std::unique_ptr<SegmentIndexes> indexes_;  // of the last segment
  std::int64_t end_offset_ = 0;
  std::uint64_t cut_bytes_ = 0;
  std::int32_t term_ = 0;
  std::vector<std::pair<std::int32_t, std::int64_t>> epochs_;  // epoch -> its first offset
  bool epochs_changed_ = false;
};

}  // namespace barnabas::kraft
