// The controllers as a broker in another process knows them. Values.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/base/env.h"

namespace barnabas::quorum {

// Where a controller may be reached.
struct Candidate {
  std::int32_t id = -1;  // -1: it is not known who that is
  base::Address address;
};

struct Leader {
  std::int32_t id = -1;  // -1: none is known
  std::int32_t term = -1;
  base::Address address;

  bool known() const { return id >= 0; }
  friend bool operator==(const Leader&, const Leader&) = default;
};

}  // namespace barnabas::quorum
