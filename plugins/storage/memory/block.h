// A stretch of memory that batches lie in, counted by those who read it: the segments of a log and the leases handed out.
//
// Counting and the budget may be used from any thread; `used` belongs to the partition that fills the block.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace barnabas::memory {

// The octets that all partitions of a storage may hold together.
class Budget {
 public:
  explicit Budget(std::uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  bool take(std::uint64_t bytes);  // false: the limit would be passed, and nothing was taken
  void give_back(std::uint64_t bytes) { used_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::uint64_t used_bytes() const { return used_bytes_.load(std::memory_order_relaxed); }
  std::uint64_t limit_bytes() const { return limit_bytes_; }

 private:
  const std::uint64_t limit_bytes_;
  std::atomic<std::uint64_t> used_bytes_{0};
};

class Block {
 public:
  std::uint8_t* data() { return reinterpret_cast<std::uint8_t*>(this + 1); }
  std::size_t capacity() const { return capacity_; }
  std::size_t used = 0;

 private:
  friend class BlockRef;
  Block(std::shared_ptr<Budget> budget, std::size_t capacity) : capacity_(capacity), budget_(std::move(budget)) {}
  ~Block() = default;

  const std::size_t capacity_;
  std::shared_ptr<Budget> budget_;  // a lease may outlive the storage
  std::atomic<std::uint32_t> references_{1};
};

// One count on a block.
class BlockRef {
 public:
  BlockRef() = default;
  // Empty when the budget or the machine has no room.
  static BlockRef make(const std::shared_ptr<Budget>& budget, std::size_t capacity);
  BlockRef(const BlockRef& other) : block_(other.block_) {
    if (block_ != nullptr) block_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  BlockRef(BlockRef&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  BlockRef& operator=(BlockRef other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~BlockRef() { drop(block_); }

  Block* get() const { return block_; }
  Block* operator->() const { return block_; }
  explicit operator bool() const { return block_ != nullptr; }

  // The count as a bare pointer and back, for where only a void* travels.
  Block* detach() { return std::exchange(block_, nullptr); }
  static void drop(Block* block);

 private:
  Block* block_ = nullptr;
};

}  // namespace barnabas::memory
