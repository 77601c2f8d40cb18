#include "memory_segment.h"

#include <algorithm>
#include <cstring>

namespace barnabas::memory {
namespace {

constexpr std::size_t kSmallestBlock = 16 << 10;
constexpr std::size_t kLargestBlock = 1 << 20;

}  // namespace

void PieceReader::copy(std::uint8_t* to, std::size_t count) {
  while (count != 0) {
    const sdk::Bytes piece = request_.pieces[piece_];
    const std::size_t part = std::min(count, piece.size - begin_);
    if (part != 0) std::memcpy(to, piece.data + begin_, part);
    to += part;
    count -= part;
    begin_ += part;
    if (begin_ == piece.size) {
      ++piece_;
      begin_ = 0;
    }
  }
}

bool MemorySegment::append(const sdk::AppendRequest& request, std::int64_t now_ms, const std::shared_ptr<Budget>& budget) {
  const std::size_t before = batches_.size();
  const std::size_t blocks_before = blocks_.size();
  const std::size_t used_before = blocks_.empty() ? 0 : blocks_.back()->used;
  PieceReader from(request);
  for (std::size_t i = 0; i < request.batch_count; ++i) {
    StoredBatch* stored = place(request.batches[i], budget);
    if (stored == nullptr) {
      cut(before);
      blocks_.resize(blocks_before);
      if (!blocks_.empty()) blocks_.back()->used = used_before;
      return false;
    }
    from.copy(stored->block->data() + stored->position, stored->info.size);
  }
  written_ms_ = now_ms;
  return true;
}

StoredBatch* MemorySegment::place(const sdk::BatchInfo& info, const std::shared_ptr<Budget>& budget) {
  if (blocks_.empty() || blocks_.back()->capacity() - blocks_.back()->used < info.size) {
    // As large as all before together: an idle partition stays small, a busy one has few blocks.
    const std::size_t step = std::clamp(static_cast<std::size_t>(size_), kSmallestBlock, kLargestBlock);
    BlockRef block = BlockRef::make(budget, std::max<std::size_t>(step, info.size));
    if (!block) block = BlockRef::make(budget, info.size);
    if (!block) return nullptr;
    blocks_.push_back(std::move(block));
  }
  Block* block = blocks_.back().get();
  batches_.push_back({info, block, block->used});
  block->used += info.size;
  size_ += info.size;
  max_timestamp_ms_ = std::max(max_timestamp_ms_, info.max_timestamp_ms);
  return &batches_.back();
}

void MemorySegment::truncate(std::int64_t offset) {
  cut(first_reaching(offset));
  Block* last = batches_.empty() ? nullptr : batches_.back().block;
  while (!blocks_.empty() && blocks_.back().get() != last) blocks_.pop_back();
  if (last != nullptr) last->used = last->capacity();
  std::erase_if(aborted, [offset](const sdk::AbortedTransaction& transaction) { return transaction.last_offset >= offset; });
}

void MemorySegment::cut(std::size_t batch_count) {
  batches_.resize(batch_count);
  size_ = 0;
  max_timestamp_ms_ = -1;
  for (const StoredBatch& batch : batches_) {
    size_ += batch.info.size;
    max_timestamp_ms_ = std::max(max_timestamp_ms_, batch.info.max_timestamp_ms);
  }
}

sdk::RollingSegment MemorySegment::rolling() const {
  sdk::RollingSegment state;
  state.base_offset = base_offset_;
  state.size = size_;
  state.first_timestamp_ms = batches_.empty() ? -1 : batches_.front().info.max_timestamp_ms;
  state.created_ms = created_ms_;
  state.jitter_ms = jitter_ms_;
  return state;
}

std::size_t MemorySegment::first_reaching(std::int64_t offset) const {
  const auto found = std::lower_bound(batches_.begin(), batches_.end(), offset,
                                      [](const StoredBatch& batch, std::int64_t wanted) { return batch.info.last_offset < wanted; });
  return static_cast<std::size_t>(found - batches_.begin());
}

BlockRef MemorySegment::reference(const StoredBatch& batch) const {
  // Mostly the newest: readers follow the writer.
  const auto found = std::find_if(blocks_.rbegin(), blocks_.rend(), [&](const BlockRef& block) { return block.get() == batch.block; });
  return found == blocks_.rend() ? BlockRef() : *found;
}

}  // namespace barnabas::memory
