// What a machine gives a process: how much of what runs out.
//
// Plain values.
#pragma once

#include <cstdint>
#include <string>

namespace barnabas::base {

struct Machine {
  std::uint64_t open_files = 20'000;         // descriptors that the process may have, the limit raised as far as it may be
  std::uint64_t memory_bytes = 4ull << 30;   // of the machine, or of the group of processes that it is in, whichever is less
  std::string memory_is_of = "the machine";  // for sentences
  std::uint32_t cores = 2;
};

}  // namespace barnabas::base
