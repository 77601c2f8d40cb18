// One partition on disk: a row of segments, the last one active, and the side files.
//
// Threads: as the kind says, functions never overlap but for flush(), which may run beside the others, and publish(), which the storage's
// thread calls at any time. What these two look at is guarded by `structure_mutex_` or atomic; it is held for no disk work but what a
// truncation writes of checkpoints.
#pragma once

#include "directory.h"
#include "log_segment.h"
#include "recent_batches.h"

#include <barnabas/sdk/split_mix.h>

#include <set>
#include <vector>

namespace barnabas::segment {

class Partition final : public sdk::PartitionStorage {
 public:
  using Segments = std::vector<std::shared_ptr<LogSegment>>;

  // What a loader found: at least one segment, all with their ends known.
  struct Opened {
    Segments segments;
    std::int64_t log_start = 0;
    std::int64_t recovery_point = 0;
    std::int64_t high_watermark = 0;
    bool recovered = false;
    bool new_names = false;     // files were made or removed, and the folder is not synced
    bool new_metadata = false;  // partition.metadata was written, and is not synced
    bool stored = true;         // false: there is no folder yet
    sdk::Uuid topic_id = {};    // for the partition.metadata of that folder
  };

  Partition(std::unique_ptr<SegmentContext> context, FolderName name, Directory& directory, std::uint32_t directory_index, Opened&& opened);
  ~Partition() = default;

  sdk::PartitionState state() noexcept override;
  void configure(const sdk::PartitionSettings& settings) noexcept override { context_->settings = settings; }

  Status append(const sdk::AppendRequest& request, sdk::AppendOutcome& outcome) noexcept override;
  Status flush() noexcept override;
  Status roll() noexcept override;

  Status read(const sdk::ReadRequest& request, sdk::Lease& lease) noexcept override;
  Status copy(std::int64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override;

  Status find_by_time(std::int64_t timestamp_ms, sdk::BatchInfo& batch) noexcept override;
  Status find_latest_time(sdk::BatchInfo& batch) noexcept override;

  Status add_aborted(const sdk::AbortedTransaction& transaction) noexcept override;
  Status aborted(std::int64_t from, std::int64_t to, sdk::Visitor<sdk::AbortedTransaction>& visitor) noexcept override;

  Status truncate(std::int64_t offset) noexcept override;
  Status restart(std::int64_t offset) noexcept override;
  Status advance_start(std::int64_t offset) noexcept override;
  Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept override;
  void note_high_watermark(std::int64_t offset) noexcept override { high_watermark_.store(offset, std::memory_order_relaxed); }

  Status write_side(sdk::Text name, sdk::Bytes content, bool sync) noexcept override;
  Status read_side(sdk::Text name, sdk::Sink& to) noexcept override;
  Status remove_side(sdk::Text name) noexcept override;
  Status list_sides(sdk::Visitor<sdk::Text>& visitor) noexcept override;

  const FolderName& name() const { return name_; }
  // There is a folder. A partition that never had anything to keep has none: it costs the disk nothing, neither when it is made nor at a
  // start, and holds no file open.
  bool stored() const { return stored_.load(std::memory_order_acquire); }
  std::int64_t file_delete_delay_ms() const { return context_->settings.file_delete_delay_ms; }
  // Hands what the checkpoints shall say to the directory.
  void publish();
  // The last call before a clean end: complete index files, everything on the device.
  Status close_cleanly();

 private:
  struct Place {
    std::size_t segment = 0;
    std::optional<PlacedBatch> batch;  // nothing: the end of the log
  };

  std::int64_t log_end() const { return log_end_.load(std::memory_order_acquire); }
  LogSegment& active() { return *segments_.back(); }
  // The segment that holds `offset`, or the first one if it lies before all.
  std::size_t segment_of(std::int64_t offset) const;
  // The first batch that reaches `offset`, in that segment or a later one.
  Status locate(std::int64_t offset, Place& place);
  // Where in segment `index` the first batch that reaches `upper_offset` begins.
  Status end_of(std::size_t index, std::int64_t upper_offset, std::uint64_t& position);
  Status in_range(std::int64_t offset) const;

  class Cut;

  Status make_folder();  // once there is something to keep
  Status roll_at(std::int64_t base_offset);
  Status cut_to(std::int64_t offset);
  Status cut_segments(std::int64_t offset);
  Status start_over(std::int64_t offset);
  // Takes the segments from `first` on out of the log, newest first so that no crash leaves a gap.
  Status drop_from(std::size_t first);
  Status flush_names();
  Status sync_sides();
  Status sync_side(const std::string& name);
  // Whatever the disk refuses, but for want of room, means that the directory is not to be trusted any more.
  Status check(Status status);

  const std::unique_ptr<SegmentContext> context_;
  const FolderName name_;
  Directory& directory_;
  const std::uint32_t directory_index_;
  sdk::SplitMix random_;
  bool recovered_ = false;
  bool changed_ = false;       // since it was opened
  bool new_metadata_ = false;  // to be synced before the first batch is written
  RecentBatches recent_;
  std::set<std::string, std::less<>> unsynced_sides_;
  std::map<std::string, std::string, std::less<>> waiting_sides_;  // written with the folder
  const sdk::Uuid topic_id_;                                       // known only to one without a folder
  std::atomic<bool> stored_;

  std::mutex structure_mutex_;
  Segments segments_;                // changed under the mutex, by the partition's one caller, who may read it without
  std::int64_t recovery_point_ = 0;  // under the mutex: everything below is on the device
  std::uint64_t cuts_ = 0;           // under the mutex; those that began
  bool cutting_ = false;             // under the mutex
  std::int64_t settled_base_ = 0;    // under the mutex: segments below it are on the device with their indexes
  std::atomic<bool> names_changed_{false};
  std::atomic<bool> folder_new_{false};
  std::atomic<std::int64_t> log_end_{0};
  std::atomic<std::int64_t> log_start_{0};
  std::atomic<std::int64_t> high_watermark_{0};
};

}  // namespace barnabas::segment
