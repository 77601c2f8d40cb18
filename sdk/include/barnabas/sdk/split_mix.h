// Cheap randomness that repeats from its seed (splitmix64): for spreading and for tests, never for secrets. One thread at a time.
#pragma once

#include <barnabas/sdk/host.h>

namespace barnabas::sdk {

class SplitMix final : public Random {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() noexcept override {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace barnabas::sdk
