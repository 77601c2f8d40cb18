// Makes what random octets hardly ever are: batches whose lengths and checksums fit. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernel/record/batch_header.h"

namespace barnabas::fuzz {

// `octets` are one batch of format v2. REQUIRES: at least a header.
inline void seal(std::vector<std::uint8_t>& octets) {
  using namespace record;
  store(octets.data() + kBaseOffsetAt, std::int64_t{0});
  store(octets.data() + kLengthAt, static_cast<std::int32_t>(octets.size() - kEntryHeaderBytes));
  octets[kMagicAt] = 2;
  MutableBatchHeader(octets.data()).seal();
}

// Each batch that begins where the one before ended gets its checksum; a length that does not fit ends with the octets.
inline void seal_each(std::vector<std::uint8_t>& octets) {
  using namespace record;
  for (std::size_t at = 0; octets.size() - at >= kHeaderBytes;) {
    std::uint8_t* batch = octets.data() + at;
    const auto most = static_cast<std::int32_t>(octets.size() - at - kEntryHeaderBytes);
    const auto least = static_cast<std::int32_t>(kHeaderBytes - kEntryHeaderBytes);
    std::int32_t length = load<std::int32_t>(batch + kLengthAt);
    if (length < least || length > most) length = most;
    store(batch + kLengthAt, length);
    batch[kMagicAt] = 2;
    MutableBatchHeader(batch).seal();
    at += kEntryHeaderBytes + static_cast<std::size_t>(length);
  }
}

}  // namespace barnabas::fuzz
