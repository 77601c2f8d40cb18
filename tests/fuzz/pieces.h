// An input taken apart, from its front: numbers, and pieces with a length before them. Past its end everything is 0 or empty. One thread.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace barnabas::fuzz {

class Pieces {
 public:
  Pieces(const std::uint8_t* data, std::size_t size) : at_(data), left_(size) {}

  bool more() const { return left_ != 0; }
  std::uint8_t octet() {
    if (left_ == 0) return 0;
    --left_;
    return *at_++;
  }
  std::uint16_t number() {
    const std::uint8_t high = octet();
    return static_cast<std::uint16_t>(high << 8 | octet());
  }
  // As many octets as a number of two octets before them says, or those that are left.
  sdk::Bytes piece() { return take(number()); }
  sdk::Bytes rest() { return take(left_); }
  std::string_view text() { return as_text(piece()); }

  static std::string_view as_text(sdk::Bytes octets) { return {reinterpret_cast<const char*>(octets.data), octets.size}; }

 private:
  sdk::Bytes take(std::size_t count) {
    count = std::min(count, left_);
    const sdk::Bytes piece{at_, count};
    at_ += count;
    left_ -= count;
    return piece;
  }

  const std::uint8_t* at_;
  std::size_t left_;
};

}  // namespace barnabas::fuzz
