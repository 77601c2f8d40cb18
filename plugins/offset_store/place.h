// The name of a place where offsets are kept: random, made once and kept there beside the content, so that whoever finds it there knows the
// place whatever address led to it. Values; no threading rule.
#pragma once

#include <barnabas/sdk/host.h>

#include <string>

namespace barnabas::offset_store {

// 24 hexadecimal digits.
inline std::string new_place(sdk::Random& random) {
  constexpr int kDigits = 24;
  constexpr int kDigitsAtOnce = 12;
  std::string place;
  std::uint64_t bits = 0;
  for (int i = 0; i < kDigits; ++i, bits >>= 4) {
    if (i % kDigitsAtOnce == 0) bits = random.next();
    place.push_back("0123456789abcdef"[bits & 0xf]);
  }
  return place;
}

}  // namespace barnabas::offset_store
