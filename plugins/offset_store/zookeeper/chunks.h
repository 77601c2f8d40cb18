// How values that are too large for one node are kept: a record's node says "=" and its value, or "+" and the names of chunks with commas
// between. Constants.
#pragma once

#include <cstddef>

namespace barnabas::offsets_zookeeper {

inline constexpr std::size_t kChunkBytes = 900u << 10;
inline constexpr std::size_t kWholeBytes = 300u << 10;  // values up to here stay in one node, beside others in one request
inline constexpr char kWhole = '=';
inline constexpr char kChunked = '+';
inline constexpr const char* kChunks = "/chunks:";  // below the home; no group's node has a colon

}  // namespace barnabas::offsets_zookeeper
