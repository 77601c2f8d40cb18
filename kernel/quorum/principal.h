// Who sent a request, in the octets of an Envelope (KIP-590). Pure functions. [any thread]
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace barnabas::quorum {

// "TYPE:NAME" in Kafka's default form: the version 0 and DefaultPrincipalData.
std::vector<std::uint8_t> principal_octets(std::string_view principal);
// "127.0.0.1" or "::1" as the octets of an IP header; what is neither is 0.0.0.0.
std::vector<std::uint8_t> address_octets(std::string_view address);

}  // namespace barnabas::quorum
