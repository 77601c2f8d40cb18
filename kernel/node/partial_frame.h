// The octets of a frame whose rest has not come yet, its length word included: data()[0, size()), with room for room() of them.
// What is not filled is not written either: a frame of a megabyte would else be cleared before it comes. On its connection's loop.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "barnabas/sdk/bytes.h"

namespace barnabas::node {

class PartialFrame {
 public:
  std::uint8_t* data() const { return octets_.get(); }
  std::size_t size() const { return size_; }
  std::size_t room() const { return room_; }
  // Where the next octets go.
  sdk::MutableBytes rest() const { return {octets_.get() + size_, room_ - size_}; }

  // They came into rest().
  void came(std::size_t count) { size_ += count; }
  void append(sdk::Bytes octets) {
    grow(std::max(room_, size_ + octets.size));
    std::memcpy(octets_.get() + size_, octets.data, octets.size);
    size_ += octets.size;
  }
  void grow(std::size_t room) {
    if (room <= room_) return;
    std::unique_ptr<std::uint8_t[]> larger(new std::uint8_t[room]);
    if (size_ != 0) std::memcpy(larger.get(), octets_.get(), size_);
    octets_ = std::move(larger);
    room_ = room;
  }

 private:
  std::unique_ptr<std::uint8_t[]> octets_;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

}  // namespace barnabas::node
