// One segment: a .log with its .index, .timeindex and, where transactions were aborted, .txnindex.
//
// Not synchronised, but for sync(), which may run beside appends and reads. Errors of the disk come back as they are; whoever calls fences
// the directory.
#pragma once

#include <barnabas/sdk/storage_rules.h>

#include "batch_reader.h"
#include "kernel/base/result.h"
#include "layout.h"
#include "offset_index.h"
#include "reaper.h"
#include "time_index.h"
#include "transaction_index.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace barnabas::segment {

// What segments of one partition have in common. Outlives them, but for `files`, which leases share.
struct SegmentContext {
  sdk::Host& host;
  std::shared_ptr<FileCache> files;
  std::shared_ptr<Reaper> reaper;
  std::string folder;  // of the partition
  sdk::PartitionSettings settings;
  bool counts_synced = false;  // `flush: ack`: octets count once they are on the device

  std::string path(std::int64_t base_offset, Part part) const {
    return folder + "/" + to_string(SegmentFileName{base_offset, part, Suffix::kNone});
  }
};

// What the folder shows of a segment.
struct StoredSegment {
  std::int64_t base_offset = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ms = 0;
  bool has_indexes = false;  // both .index and .timeindex
  bool has_transactions = false;
};

class LogSegment {
 public:
  LogSegment(SegmentContext& context, const StoredSegment& stored, std::int64_t jitter_ms);
  // The first one of a partition that has nothing on the disk yet.
  static std::shared_ptr<LogSegment> first(SegmentContext& context);
  // A new, empty one, with its .log on the disk. kExhausted: there was no room, and no file remains.
  static Result<std::shared_ptr<LogSegment>> create(SegmentContext& context, std::int64_t base_offset, std::int64_t jitter_ms);

  std::int64_t base_offset() const { return base_offset_; }
  std::uint64_t size() const { return size_; }
  // One after the last offset; of an empty one its base. REQUIRES: learned by read_end(), recover() or set_end_offset().
  std::int64_t end_offset() const { return end_offset_; }
  void set_end_offset(std::int64_t offset) { end_offset_ = offset; }
  // Walks the batches after the last index entry.
  Status read_end();

  // What the rolling rule wants to know.
  Result<sdk::RollingSegment> rolling();
  // All or nothing, but for kIo. kExhausted: there was no room, and nothing remains of it.
  Status append(const sdk::AppendRequest& request, std::uint64_t request_size);
  // No more appends: the indexes are complete and in their files, room held in advance is given back.
  Status seal();

  // The first batch whose last offset is at least `offset`; nothing behind the last.
  Status find(std::int64_t offset, std::optional<PlacedBatch>& batch);
  // The first batch from `from` on whose largest timestamp is at least `timestamp_ms`.
  Status find_by_time(std::int64_t timestamp_ms, std::int64_t from, std::optional<PlacedBatch>& batch);
  // The batch from `from` on with the largest timestamp, the first of equals; nothing unless it is above `above_ms`. Walks.
  Status find_youngest(std::int64_t from, std::int64_t above_ms, std::optional<PlacedBatch>& batch);
  Result<std::int64_t> max_timestamp_ms();  // -1 when no batch has one
  // Of the last append, as far as it matters: of batches without a time.
  std::int64_t written_ms() const { return written_ms_; }

  // Batches that reach `offset` go. What is lent stays as it was.
  Status truncate(std::int64_t offset);
  // Checks every batch from the first on, and cuts the file before the first that is broken or does not follow `expected_offset`. Makes the
  // indexes anew.
  struct Recovered {
    bool cut = false;    // something was
    bool holes = false;  // offsets are missing between its batches, or before the first
  };
  Status recover(std::int64_t expected_offset, Recovered& seen);
  // Writes its octets from the batch with this offset on once more, where they are. What a sync failed to write the system takes for
  // written, also in the next process: only octets that are written again are sure to reach the device with the next sync.
  Status write_again(std::int64_t from_offset);
  // The .log first, so that no crash leaves a log without the rest. The files go after the delay.
  Status remove();

  Status sync();  // whole: octets, indexes, transactions
  Status sync_log();

  bool removed() const { return removed_.load(std::memory_order_acquire); }  // a sync fails then, and means nothing

  CachedFile& log() { return *log_; }
  TransactionIndex& transactions() { return transactions_; }
  void mark_sealed() { sealed_.store(true, std::memory_order_release); }  // found on disk behind another one's beginning
  bool sealed() const { return sealed_.load(std::memory_order_acquire); }

 private:
  Status begin_log();
  Status need_indexes();  // loads them, or makes them anew where they are missing or wrong
  Status rebuild_indexes();
  Status make_index_room();
  Status save_indexes();
  Status check_place(const PlacedBatch& batch) const;
  // A position at or before the batch that holds `offset`.
  Status begin_search(std::int64_t offset, BatchReader& reader, std::uint64_t& position);
  void index_batch(const PlacedBatch& batch);
  Status cut_file(std::uint64_t size);
  Status reserve_for(std::uint64_t size);

  SegmentContext& context_;
  const std::int64_t base_offset_;
  const std::int64_t jitter_ms_;
  std::int64_t created_ms_;
  std::int64_t written_ms_;
  std::uint64_t size_;
  std::int64_t end_offset_;
  std::int64_t first_timestamp_ms_ = kUnknown;
  TimeEntry youngest_;                   // of all batches so far
  std::uint64_t since_index_bytes_ = 0;  // since the last index entry
  std::uint64_t reserved_end_ = 0;
  bool indexes_ready_ = false;
  bool indexes_missing_;
  std::atomic<bool> sealed_{false};
  std::atomic<bool> removed_{false};

  std::mutex log_mutex_;  // guards the reference, which a truncation may change under a sync
  FileRef log_;
  OffsetIndex offsets_;
  TimeIndex times_;
  TransactionIndex transactions_;

  static constexpr std::int64_t kUnknown = INT64_MIN;
};

}  // namespace barnabas::segment
