// One partition kept in memory: segments of batches, the side files, and nothing that outlives the process.
#pragma once

#include "memory_segment.h"

#include <barnabas/sdk/split_mix.h>

#include <deque>
#include <map>
#include <string>

namespace barnabas::memory {

class MemoryPartition final : public sdk::PartitionStorage {
 public:
  MemoryPartition(sdk::Host& host, std::shared_ptr<Budget> budget, const sdk::PartitionName& name, const sdk::PartitionSettings& settings);

  sdk::PartitionState state() noexcept override;
  void configure(const sdk::PartitionSettings& settings) noexcept override { settings_ = settings; }

  sdk::Status append(const sdk::AppendRequest& request, sdk::AppendOutcome& outcome) noexcept override;
  sdk::Status flush() noexcept override { return {}; }
  sdk::Status roll() noexcept override;

  sdk::Status read(const sdk::ReadRequest& request, sdk::Lease& lease) noexcept override;
  sdk::Status copy(std::int64_t offset, sdk::MutableBytes into, std::size_t& count) noexcept override;

  sdk::Status find_by_time(std::int64_t timestamp_ms, sdk::BatchInfo& batch) noexcept override;
  sdk::Status find_latest_time(sdk::BatchInfo& batch) noexcept override;

  sdk::Status add_aborted(const sdk::AbortedTransaction& transaction) noexcept override;
  sdk::Status aborted(std::int64_t from, std::int64_t to, sdk::Visitor<sdk::AbortedTransaction>& visitor) noexcept override;

  sdk::Status truncate(std::int64_t offset) noexcept override;
  sdk::Status restart(std::int64_t offset) noexcept override;
  sdk::Status advance_start(std::int64_t offset) noexcept override;
  sdk::Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept override;
  void note_high_watermark(std::int64_t offset) noexcept override { high_watermark_ = offset; }

  sdk::Status write_side(sdk::Text name, sdk::Bytes content, bool sync) noexcept override;
  sdk::Status read_side(sdk::Text name, sdk::Sink& to) noexcept override;
  sdk::Status remove_side(sdk::Text name) noexcept override;
  sdk::Status list_sides(sdk::Visitor<sdk::Text>& visitor) noexcept override;

  const std::string& topic() const { return topic_; }
  std::int32_t number() const { return number_; }
  const sdk::Uuid& topic_id() const { return topic_id_; }
  void set_topic_id(const sdk::Uuid& id) { topic_id_ = id; }

 private:
  // A place in the log: batch `batch` of segment `segment`. At the end of the log, segment is segments_.size().
  struct Place {
    std::size_t segment = 0;
    std::size_t batch = 0;
  };

  Place locate(std::int64_t offset) const;
  const StoredBatch* at(Place& place) const;  // moves on over the ends of segments; null at the end of the log
  void begin_segment(std::int64_t base_offset);
  std::int64_t log_end() const { return segments_.back().end_offset(); }

  sdk::Host& host_;
  std::shared_ptr<Budget> budget_;
  const std::string topic_;
  const std::int32_t number_;
  sdk::Uuid topic_id_;
  sdk::PartitionSettings settings_;
  sdk::SplitMix random_;  // the host's belongs to one loop, and rolling happens on any
  std::int64_t log_start_ = 0;
  std::int64_t high_watermark_ = 0;
  std::deque<MemorySegment> segments_;  // never empty; the last one is active
  std::map<std::string, std::string, std::less<>> sides_;
};

}  // namespace barnabas::memory
