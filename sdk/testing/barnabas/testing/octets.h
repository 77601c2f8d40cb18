// Octets to try a codec with, the same ones in every run, and where they go. Pure, apart from resident_bytes().
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>
#include <cstdio>
#include <iterator>
#include <vector>

namespace barnabas::testing {

using Octets = std::vector<std::uint8_t>;

class OctetSink final : public sdk::Sink {
 public:
  sdk::Status append(sdk::Bytes octets) noexcept override {
    this->octets.insert(this->octets.end(), octets.begin(), octets.end());
    return {};
  }
  Octets octets;
};

// The same numbers in every run.
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint64_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return state_ >> 33;
  }

 private:
  std::uint64_t state_;
};

inline Octets noise(std::size_t size, std::uint64_t seed = 1) {
  Noise source(seed);
  Octets octets(size);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(source.next());
  return octets;
}

// Like the records people send: the same words again and again.
inline Octets prose(std::size_t size) {
  static constexpr sdk::Text kWords[] = {"{\"user\":", "\"castle\",", "\"land surveyor\"", ",\"count\":", "17", "}", " ", "messenger"};
  Noise source(size);
  Octets octets;
  while (octets.size() < size) {
    const sdk::Text word = kWords[source.next() % std::size(kWords)];
    octets.insert(octets.end(), word.begin(), word.end());
  }
  octets.resize(size);
  return octets;
}

// Of this process, as the machine counts it.
inline std::size_t resident_bytes() {
  unsigned long total = 0;
  unsigned long resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r"); file != nullptr) {
    if (std::fscanf(file, "%lu %lu", &total, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * 4096;
}

}  // namespace barnabas::testing
