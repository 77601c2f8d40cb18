// What a long request does at a time: between two pieces the loop serves others.
//
//   const Piece piece(clock);
//   while (there is more) {
//     do a little;
//     if (there is more && piece.is_over()) return the rest for a later turn;
//   }
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>

namespace barnabas::base {

class Piece {
 public:
  static constexpr std::int64_t kNs = 50'000;
  // Of somebody who has not been known to take long: what takes no more than this is not cut. The largest request that clients send by
  // default, a megabyte to be stored, takes less.
  static constexpr std::int64_t kFirstNs = 1'000'000;

  explicit Piece(sdk::Clock& clock, std::int64_t ns = kNs) : clock_(&clock), until_ns_(clock.mono_ns() + ns) {}
  // Never over: for what is to be done at once.
  static Piece whole() { return {}; }

  bool is_over() const { return clock_ != nullptr && clock_->mono_ns() >= until_ns_; }

 private:
  Piece() = default;

  sdk::Clock* clock_ = nullptr;
  std::int64_t until_ns_ = 0;
};

}  // namespace barnabas::base
