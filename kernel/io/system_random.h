// The operating system's random source, good enough for ids and nonces, read in blocks so that a number costs no system call. Any thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <array>
#include <mutex>

namespace barnabas::io {

class SystemRandom final : public sdk::Random {
 public:
  std::uint64_t next() noexcept override;

 private:
  std::mutex mutex_;
  std::array<std::uint64_t, 32> block_{};
  std::size_t left_ = 0;
};

}  // namespace barnabas::io
