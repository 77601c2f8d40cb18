// Octets to be sent: contiguous memory that grows, and the places where octets from elsewhere belong in between (cuts).
//
// An encoder appends; records that lie in a file, or large views when gather_from() says so, are not copied but noted as a cut. The sender
// then sends memory up to the first cut, the cut's octets, memory up to the next, and so on. clear() keeps the memory for the next message.
// One thread at a time.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernel/wire/types.h"

namespace barnabas::wire {

class Buffer {
 public:
  // Octets that follow the first `position` octets of the memory: `bytes`, or the external chunk of that number.
  struct Cut {
    std::size_t position = 0;
    std::uint64_t size = 0;
    Bytes bytes;
    std::uint32_t external = Records::kInline;

    bool is_external() const { return external != Records::kInline; }
  };
  // Memory that was a buffer's.
  struct Block {
    struct Free {
      void operator()(std::uint8_t* octets) const { std::free(octets); }
    };
    std::unique_ptr<std::uint8_t[], Free> octets;
    std::size_t size = 0;

    operator Bytes() const { return {octets.get(), size}; }
  };

  static constexpr std::size_t kCopyAll = ~std::size_t{0};

  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(begin_); }

  // The memory, without what the cuts stand for.
  Bytes bytes() const { return {begin_, size()}; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  bool empty() const { return end_ == begin_ && cuts_.empty(); }
  std::span<const Cut> cuts() const { return cuts_; }
  // Memory and cuts together: what the receiver will get.
  std::uint64_t total_size() const { return size() + cut_bytes_; }

  // From now on inline octets of at least this many become cuts instead of copies; their memory must then outlive the sending.
  void gather_from(std::size_t octets) { gather_from_ = octets; }
  std::size_t gathers_from() const { return gather_from_; }

  void reserve(std::size_t octets) {
    if (octets > capacity()) grow(octets);
  }
  void clear() {
    end_ = begin_;
    cuts_.clear();
    cut_bytes_ = 0;
  }
  // Hands over the memory and becomes empty. The cuts are gone: look at them before.
  Block release();

  // Room for `octets` more behind the end; commit() says how far it was filled.
  std::uint8_t* room(std::size_t octets) {
    if (octets > static_cast<std::size_t>(limit_ - end_)) [[unlikely]]
      grow(size() + octets);
    return end_;
  }
  std::uint8_t* limit() const { return limit_; }
  void commit(std::uint8_t* end) { end_ = end; }

  void append(Bytes octets) {
    if (octets.size == 0) return;
    std::memcpy(room(octets.size), octets.data, octets.size);
    end_ += octets.size;
  }
  void append_octet(std::uint8_t octet) {
    *room(1) = octet;
    ++end_;
  }
  void append_int16(std::int16_t value) { append_big_endian(static_cast<std::uint16_t>(value)); }
  void append_int32(std::int32_t value) { append_big_endian(static_cast<std::uint32_t>(value)); }
  void append_int64(std::int64_t value) { append_big_endian(static_cast<std::uint64_t>(value)); }
  // REQUIRES: position + 4 <= size()
  void patch_int32(std::size_t position, std::int32_t value);
  void append_cut(const Cut& cut);  // at the end, whatever its position says
  // Back to an earlier size(), the cuts behind it included.
  void truncate(std::size_t size, std::size_t cut_count);

  // A frame: int32 size, then that many octets. begin_frame() leaves room for the size, end_frame() writes it, cuts counted in.
  struct Frame {
    std::size_t position;
    std::uint64_t total_before;
  };
  Frame begin_frame() {
    append_int32(0);
    return {size() - 4, total_size()};
  }
  void end_frame(Frame frame) { patch_int32(frame.position, static_cast<std::int32_t>(total_size() - frame.total_before)); }

 private:
  template <class Unsigned>
  void append_big_endian(Unsigned value) {
    std::uint8_t* to = room(sizeof value);
    for (std::size_t i = 0; i < sizeof value; ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof value - 1 - i)));
    end_ += sizeof value;
  }
  std::size_t capacity() const { return static_cast<std::size_t>(limit_ - begin_); }
  void grow(std::size_t needed);
  void swap(Buffer& other) noexcept;

  std::uint8_t* begin_ = nullptr;
  std::uint8_t* end_ = nullptr;
  std::uint8_t* limit_ = nullptr;
  std::size_t gather_from_ = kCopyAll;
  std::uint64_t cut_bytes_ = 0;
  std::vector<Cut> cuts_;
};

}  // namespace barnabas::wire
