// A run of batches of one partition, in blocks that grow with it. Not synchronised: the partition's caller is alone.
#pragma once

#include <barnabas/sdk/storage_rules.h>

#include "block.h"

#include <vector>

namespace barnabas::memory {

struct StoredBatch {
  sdk::BatchInfo info;
  Block* block = nullptr;
  std::size_t position = 0;  // in the block

  sdk::Bytes octets() const { return {block->data() + position, info.size}; }
};

// Walks the octets of an append, whose pieces need not end where batches do.
class PieceReader {
 public:
  explicit PieceReader(const sdk::AppendRequest& request) : request_(request) {}
  void copy(std::uint8_t* to, std::size_t count);

 private:
  const sdk::AppendRequest& request_;
  std::size_t piece_ = 0;
  std::size_t begin_ = 0;
};

class MemorySegment {
 public:
  MemorySegment(std::int64_t base_offset, std::int64_t created_ms, std::int64_t jitter_ms)
      : base_offset_(base_offset), created_ms_(created_ms), written_ms_(created_ms), jitter_ms_(jitter_ms) {}

  // All or nothing; false when there is no room.
  bool append(const sdk::AppendRequest& request, std::int64_t now_ms, const std::shared_ptr<Budget>& budget);
  // Batches that reach `offset` go. What leases show stays as it was: the room behind is not written again.
  void truncate(std::int64_t offset);

  std::int64_t base_offset() const { return base_offset_; }
  std::int64_t end_offset() const { return batches_.empty() ? base_offset_ : batches_.back().info.last_offset + 1; }
  std::uint64_t size() const { return size_; }
  // Of batches without a time, when the last one came.
  std::int64_t max_timestamp_ms() const { return max_timestamp_ms_ < 0 ? written_ms_ : max_timestamp_ms_; }
  sdk::RollingSegment rolling() const;

  // Ascending.
  const std::vector<StoredBatch>& batches() const { return batches_; }
  std::size_t first_reaching(std::int64_t offset) const;  // index of the first batch whose last offset is at least `offset`
  BlockRef reference(const StoredBatch& batch) const;

  std::vector<sdk::AbortedTransaction> aborted;  // in order of their markers

 private:
  StoredBatch* place(const sdk::BatchInfo& info, const std::shared_ptr<Budget>& budget);
  void cut(std::size_t batch_count);

  std::int64_t base_offset_;
  std::int64_t created_ms_;
  std::int64_t written_ms_;
  std::int64_t jitter_ms_;
  std::uint64_t size_ = 0;
  std::int64_t max_timestamp_ms_ = -1;
  std::vector<StoredBatch> batches_;
  std::vector<BlockRef> blocks_;  // in the order of the batches in them
};

}  // namespace barnabas::memory
