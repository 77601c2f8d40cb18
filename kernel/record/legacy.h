// Where the fields of v0 and v1 messages stand. An entry is offset, size and one message: crc, magic, attributes, (v1: timestamp,) key,
// value.
#pragma once

#include <cstddef>

namespace barnabas::record {

inline constexpr std::size_t kLegacyAttributesAt = 17;
inline constexpr std::size_t kLegacyTimestampAt = 18;  // v1 only
// Where the length of the key begins, by magic, and the smallest size field: a message with neither key nor value.
inline constexpr std::size_t kLegacyKeyAt[2] = {18, 26};
inline constexpr std::size_t kLegacyMinLength[2] = {14, 22};

}  // namespace barnabas::record
