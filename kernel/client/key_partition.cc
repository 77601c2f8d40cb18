#include "kernel/client/key_partition.h"

namespace barnabas::client {

std::int32_t murmur2(sdk::Bytes key) {
  constexpr std::uint32_t kSeed = 0x9747b28c;
  constexpr std::uint32_t kMultiplier = 0x5bd1e995;
  constexpr int kShift = 24;
  std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(key.size);
  std::size_t at = 0;
  for (; key.size - at >= 4; at += 4) {
    std::uint32_t word =
        std::uint32_t{key[at]} | std::uint32_t{key[at + 1]} << 8 | std::uint32_t{key[at + 2]} << 16 | std::uint32_t{key[at + 3]} << 24;
    word *= kMultiplier;
    word ^= word >> kShift;
    hash = (hash * kMultiplier) ^ (word * kMultiplier);
  }
  if (at < key.size) {
    for (std::size_t tail = key.size; tail-- > at;) hash ^= std::uint32_t{key[tail]} << (8 * (tail - at));
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  hash ^= hash >> 15;
  return static_cast<std::int32_t>(hash);
}

}  // namespace barnabas::client
