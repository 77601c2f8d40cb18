// What somebody could put into octets of a request: batches of records, and what members of groups say, right or nearly so. All follows
// from choices. [any thread, each on its own objects]
#pragma once

#include <cstdint>
#include <vector>

#include "fuzz/memory.h"
#include "fuzz/pieces.h"

namespace barnabas::fuzz {

std::vector<std::uint8_t> any_batch(Pieces& choices, const Memory& memory);
std::vector<std::uint8_t> any_subscription(Pieces& choices);

}  // namespace barnabas::fuzz
