// Checksums of Kafka's formats: CRC-32C (Castagnoli) of record batches v2, CRC-32 (IEEE) of messages v0 and v1. [any thread]
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdint>

namespace barnabas::base {

// Of `data` alone, or of everything so far when `previous` is the checksum of what came before.
std::uint32_t crc32c(sdk::Bytes data, std::uint32_t previous = 0);
std::uint32_t crc32_ieee(sdk::Bytes data, std::uint32_t previous = 0);

}  // namespace barnabas::base
