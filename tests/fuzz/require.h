// What must hold whatever the input is: a target ends itself where it does not, and libFuzzer keeps the input. [any thread]
#pragma once

#include <cstdio>
#include <cstdlib>

namespace barnabas::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

}  // namespace barnabas::fuzz
