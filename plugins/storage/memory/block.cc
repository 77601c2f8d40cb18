#include "block.h"

#include <new>

namespace barnabas::memory {

bool Budget::take(std::uint64_t bytes) {
  std::uint64_t used = used_bytes_.load(std::memory_order_relaxed);
  do {
    if (bytes > limit_bytes_ || used > limit_bytes_ - bytes) return false;
  } while (!used_bytes_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  return true;
}

BlockRef BlockRef::make(const std::shared_ptr<Budget>& budget, std::size_t capacity) {
  BlockRef made;
  if (!budget->take(capacity)) return made;
  void* memory = ::operator new(sizeof(Block) + capacity, std::nothrow);
  if (memory == nullptr) {
    budget->give_back(capacity);
    return made;
  }
  made.block_ = new (memory) Block(budget, capacity);
  return made;
}

void BlockRef::drop(Block* block) {
  if (block == nullptr || block->references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  block->budget_->give_back(block->capacity_);
  block->~Block();
  ::operator delete(block);
}

}  // namespace barnabas::memory
