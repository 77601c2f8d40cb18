// What a long request does at a time: between two pieces the loop serves others.
//
//   Piece piece(call.shard);
//   while (there is more) {
//     do a little;
//     if (there is more && piece.is_over()) return call.go_on_later(the rest);
//   }
#pragma once

#include <cstdint>

#include "kernel/broker/shard.h"

namespace barnabas::broker {

class Piece {
 public:
  static constexpr std::int64_t kNs = 100'000;

  explicit Piece(const Shard& shard) : clock_(shard.loop.clock()), until_ns_(clock_.mono_ns() + kNs) {}
  bool is_over() const { return clock_.mono_ns() >= until_ns_; }

 private:
  sdk::Clock& clock_;
  std::int64_t until_ns_;
};

}  // namespace barnabas::broker
