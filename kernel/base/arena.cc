#include "kernel/base/arena.h"

#include <algorithm>

namespace barnabas::base {

void Arena::enter(const Block& block) {
  next_ = block.memory.get();
  end_ = next_ + block.bytes;
}

void* Arena::allocate_block(std::size_t bytes, std::size_t alignment) {
  const std::size_t wanted = bytes + alignment;
  // A kept block that is large enough comes first; a smaller one waits for its turn.
  for (std::size_t i = current_; i < blocks_.size(); ++i) {
    if (blocks_[i].bytes < wanted) continue;
    std::swap(blocks_[i], blocks_[current_]);
    enter(blocks_[current_++]);
    return allocate(bytes, alignment);
  }
  Block block;
  block.bytes = std::max(wanted, std::min<std::size_t>(block_bytes_ << std::min<std::size_t>(blocks_.size(), 8), 1 << 20));
  block.memory = std::make_unique_for_overwrite<std::byte[]>(block.bytes);
  reserved_bytes_ += block.bytes;
  enter(block);
  blocks_.push_back(std::move(block));
  std::swap(blocks_.back(), blocks_[current_]);
  ++current_;
  return allocate(bytes, alignment);
}

void Arena::reset(std::size_t keep_bytes) {
  while (reserved_bytes_ > keep_bytes && !blocks_.empty()) {
    reserved_bytes_ -= blocks_.back().bytes;
    blocks_.pop_back();
  }
  current_ = 0;
  next_ = end_ = nullptr;
}

}  // namespace barnabas::base
