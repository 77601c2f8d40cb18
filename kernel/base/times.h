// Arithmetic of times that were configured or that a client said: "for ever" is often written as the largest number there is.
#pragma once

#include <algorithm>
#include <cstdint>

namespace barnabas::base {

// The longest time that is told apart from for ever, 73 years: what a clock says can be added to it, and a clock can be taken from it.
inline constexpr std::int64_t kLongestNs = INT64_MAX / 4;

constexpr std::int64_t saturated_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? (b > 0 ? INT64_MAX : INT64_MIN) : sum;
}

constexpr std::int64_t ns_of_ms(std::int64_t ms) {
  constexpr std::int64_t kNsPerMs = 1'000'000;
  constexpr std::int64_t kLongestMs = kLongestNs / kNsPerMs;
  if (ms > kLongestMs) return kLongestNs;
  if (ms < -kLongestMs) return -kLongestNs;
  return ms * kNsPerMs;
}

}  // namespace barnabas::base
