// The octets of a frame whose rest has not come yet, its length word included: data()[0, size()), with room for room() of them.
// What is not filled is not written either: a frame of a megabyte would else be cleared before it comes. And it grows by realloc(), which
// moves pages instead of octets where they are many. On its connection's loop.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

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
    void* larger = std::realloc(octets_.get(), room);
    if (larger == nullptr) throw std::bad_alloc();
    static_cast<void>(octets_.release());  // realloc() took it
    octets_.reset(static_cast<std::uint8_t*>(larger));
    room_ = room;
  }

 private:
  struct Free {
    void operator()(std::uint8_t* octets) const { std::free(octets); }
  };
  std::unique_ptr<std::uint8_t[], Free> octets_;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

}  // namespace barnabas::node
