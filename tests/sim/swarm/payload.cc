#include "sim/swarm/payload.h"

#include <barnabas/sdk/split_mix.h>

#include <cstring>

namespace barnabas::sim {
namespace {

constexpr std::uint64_t kMostWords = 12;

}  // namespace

std::vector<std::uint8_t> payload_of(RecordId id) {
  sdk::SplitMix random(id);
  const std::size_t words = 1 + random.next() % kMostWords;
  std::vector<std::uint8_t> octets((words + 1) * sizeof(id));
  std::memcpy(octets.data(), &id, sizeof(id));
  for (std::size_t i = 1; i <= words; ++i) {
    const std::uint64_t word = random.next();
    std::memcpy(octets.data() + i * sizeof(id), &word, sizeof(word));
  }
  return octets;
}

RecordId id_of_payload(sdk::Bytes payload) {
  RecordId id = 0;
  if (payload.size < sizeof(id)) return 0;
  std::memcpy(&id, payload.data, sizeof(id));
  return sdk::Bytes(payload_of(id)) == payload ? id : 0;
}

}  // namespace barnabas::sim
