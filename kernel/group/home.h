// Which partition of __consumer_offsets a group belongs to: Kafka's rule. [any thread]
#pragma once

#include <cstdint>
#include <string_view>

namespace barnabas::group {

// abs(hash) mod `home_count`, with Java's hash of a String and abs(min) = 0. Octets that are no UTF-8 count as U+FFFD, as Java reads them.
// REQUIRES: home_count > 0
std::int32_t home_of(std::string_view group, std::int32_t home_count);

}  // namespace barnabas::group
