#include "kernel/wire/buffer.h"

#include <algorithm>

namespace barnabas::wire {

Buffer::Block Buffer::release() {
  Block block{decltype(Block::octets)(begin_), size()};
  begin_ = end_ = limit_ = nullptr;
  clear();
  return block;
}

void Buffer::patch_int32(std::size_t position, std::int32_t value) {
  for (int i = 0; i < 4; ++i) begin_[position + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

void Buffer::append_cut(const Cut& cut) {
  if (cut.size == 0) return;
  cuts_.push_back(cut);
  cuts_.back().position = size();
  cut_bytes_ += cut.size;
}

void Buffer::truncate(std::size_t size, std::size_t cut_count) {
  end_ = begin_ + size;
  while (cuts_.size() > cut_count) {
    cut_bytes_ -= cuts_.back().size;
    cuts_.pop_back();
  }
}

// realloc may move in place, and nothing is zeroed that will be overwritten anyway. Out of memory ends the program, as everywhere in the
// kernel.
void Buffer::grow(std::size_t needed) {
  const std::size_t used = size();
  const std::size_t target = std::max({needed, capacity() * 2, std::size_t{256}});
  auto* memory = static_cast<std::uint8_t*>(std::realloc(begin_, target));
  if (memory == nullptr) std::abort();
  begin_ = memory;
  end_ = memory + used;
  limit_ = memory + target;
}

void Buffer::swap(Buffer& other) noexcept {
  std::swap(begin_, other.begin_);
  std::swap(end_, other.end_);
  std::swap(limit_, other.limit_);
  std::swap(gather_from_, other.gather_from_);
  std::swap(cut_bytes_, other.cut_bytes_);
  std::swap(cuts_, other.cuts_);
}

}  // namespace barnabas::wire
