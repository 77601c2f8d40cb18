// What both readers of stored records (v2) hold to: parse_record, where a record is in memory as a whole, and RecordStream, where it is
// not. [any thread]
#pragma once

#include <barnabas/sdk/bytes.h>

#include "kernel/base/varint.h"

namespace barnabas::record {

// Both its lengths.
inline constexpr int kMinHeaderBytes = 2;

// What may be wrong with a record, as the end of a sentence.
namespace faults {
inline constexpr const char* kKey = "has a key that does not fit into it";
inline constexpr const char* kValue = "has a value that does not fit into it";
inline constexpr const char* kHeaderCount = "has a header count that does not fit into it";
inline constexpr const char* kHeaderKey = "has a header key that does not fit into it";
inline constexpr const char* kNullHeaderKey = "has a header whose key is null";
inline constexpr const char* kHeaderValue = "has a header value that does not fit into it";
inline constexpr const char* kTooLong = "is longer than its fields";
}  // namespace faults

// The length before a record, and how many octets it takes itself. Null; else what is wrong with it, as the end of a sentence.
inline const char* read_length(sdk::Bytes octets, std::size_t& prefix, std::size_t& length) {
  std::int32_t said = 0;
  const std::uint8_t* at = base::read_varint(octets.begin(), octets.end(), said);
  if (at == nullptr) return octets.empty() ? "is missing" : "has no whole length";
  if (said < 0) return "has a negative length";
  prefix = static_cast<std::size_t>(at - octets.begin());
  length = static_cast<std::size_t>(said);
  return nullptr;
}

}  // namespace barnabas::record
