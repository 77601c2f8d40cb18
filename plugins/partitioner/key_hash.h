// The hashes by which Kafka's and librdkafka's clients place keys, and choices by chance. [any thread]
#pragma once

#include <barnabas/sdk/partitioner.h>

#include <cstdint>

namespace barnabas::partitioner {

// 32 bits of MurmurHash2 with Kafka's seed.
inline std::uint32_t murmur2(sdk::Bytes key) {
  constexpr std::uint32_t kMultiplier = 0x5bd1e995;
  std::uint32_t hash = 0x9747b28c ^ static_cast<std::uint32_t>(key.size);
  std::size_t at = 0;
  for (; key.size - at >= 4; at += 4) {
    std::uint32_t word =
        std::uint32_t{key[at]} | std::uint32_t{key[at + 1]} << 8 | std::uint32_t{key[at + 2]} << 16 | std::uint32_t{key[at + 3]} << 24;
    word *= kMultiplier;
    word ^= word >> 24;
    hash = (hash * kMultiplier) ^ (word * kMultiplier);
  }
  if (at < key.size) {
    for (std::size_t tail = key.size; tail-- > at;) hash ^= std::uint32_t{key[tail]} << (8 * (tail - at));
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  return hash ^ (hash >> 15);
}

// The CRC of zlib and Ethernet.
inline std::uint32_t crc32(sdk::Bytes key) {
  std::uint32_t crc = ~0u;
  for (const std::uint8_t octet : key) {
    crc ^= octet;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
  }
  return ~crc;
}

// The magnitude of FNV-1a read as a signed number, as the clients take it.
inline std::uint32_t fnv1a(sdk::Bytes key) {
  std::uint32_t hash = 0x811c9dc5;
  for (const std::uint8_t octet : key) hash = (hash ^ octet) * 0x01000193;
  return (hash >> 31) != 0 ? 0u - hash : hash;
}

// REQUIRES: count > 0
inline std::int32_t partition_of(std::uint32_t hash, std::int32_t count) {
  return static_cast<std::int32_t>(hash % static_cast<std::uint32_t>(count));
}
inline std::int32_t partition_of_murmur2(sdk::Bytes key, std::int32_t count) { return partition_of(murmur2(key) & 0x7fffffff, count); }

// The partition that `number` falls on: of those with a leader, or of all where none has one.
inline std::int32_t pick(std::uint64_t number, const sdk::TopicView& topic, sdk::AvailablePartitions available) {
  if (available.size != 0) return available.data[number % available.size];
  return static_cast<std::int32_t>(number % static_cast<std::uint64_t>(topic.partition_count));
}

}  // namespace barnabas::partitioner
