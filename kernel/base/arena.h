// Memory that lives as long as one request: allocation is a pointer bump, release is all at once.
//
// Decoded messages are views into the received frame and arrays in an arena; replies are built in the same one.
// reset() keeps the blocks, so a connection that serves requests of a steady size allocates nothing.
// One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace barnabas::base {

class Arena {
 public:
  explicit Arena(std::size_t block_bytes = 4096) : block_bytes_(block_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) {
    const std::size_t gap = -reinterpret_cast<std::uintptr_t>(next_) & (alignment - 1);
    if (gap + bytes > static_cast<std::size_t>(end_ - next_)) [[unlikely]]
      return allocate_block(bytes, alignment);
    std::byte* at = next_ + gap;
    next_ = at + bytes;
    return at;
  }

  // `count` default-made elements. T must need no destructor: nobody calls one.
  template <class T>
  std::span<T> array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    T* first = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
    for (std::size_t i = 0; i < count; ++i) new (first + i) T();
    return {first, count};
  }

  template <class T, class... Args>
  T& make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return *new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  // Everything handed out becomes invalid. Keeps at most `keep_bytes` of memory for the next request.
  void reset(std::size_t keep_bytes = 64 << 10);

  std::size_t reserved_bytes() const { return reserved_bytes_; }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t bytes = 0;
  };

  void* allocate_block(std::size_t bytes, std::size_t alignment);
  void enter(const Block& block);

  std::size_t block_bytes_;
  std::size_t reserved_bytes_ = 0;
  std::size_t current_ = 0;  // blocks_[0, current_) are in use
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  std::vector<Block> blocks_;
};

}  // namespace barnabas::base
