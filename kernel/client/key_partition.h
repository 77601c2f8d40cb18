// Which partition a key belongs to, as the Java client decides it. [any thread]
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdint>

namespace barnabas::client {

// 32 bits of MurmurHash2 with Kafka's seed.
std::int32_t murmur2(sdk::Bytes key);

// REQUIRES: partitions > 0
inline std::int32_t partition_of_key(sdk::Bytes key, std::int32_t partitions) { return (murmur2(key) & 0x7fffffff) % partitions; }

}  // namespace barnabas::client
