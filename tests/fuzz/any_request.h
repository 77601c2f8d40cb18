// Requests that somebody could send: any API in any version, with values that mean something to the broker they are for, or nothing at all;
// and damage to them. All follows from choices, the octets of an input. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/memory.h"
#include "fuzz/pieces.h"
#include "kernel/wire/api.h"

namespace barnabas::fuzz {

struct AnyRequest {
  wire::ApiKey key{};
  int version = 0;
  std::vector<std::uint8_t> frame;  // without its length; empty: the choices made something that cannot be said in this version
  bool wants_answer = true;         // false: a produce request with acks=0
};

// Of one of `keys`; none: any that there is. `depth`: of requests in envelopes.
AnyRequest any_request(Pieces& choices, std::int32_t correlation_id, const Memory& memory, std::span<const std::int16_t> keys = {},
                       int depth = 0);

// Cuts, lengthens, overwrites or mixes up some octets.
void damage(std::vector<std::uint8_t>& octets, Pieces& choices);

// `frame` with its length in front.
std::vector<std::uint8_t> with_length(const std::vector<std::uint8_t>& frame);

// What a reply means, kept in `memory`; false: its octets are no answer to such a request.
bool learn(Memory& memory, const AnyRequest& request, sdk::Bytes reply);

}  // namespace barnabas::fuzz
