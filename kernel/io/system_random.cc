#include "kernel/io/system_random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace barnabas::io {

std::uint64_t SystemRandom::next() noexcept {
  std::lock_guard lock(mutex_);
  if (left_ == 0) {
    // 256 octets come whole once the source is seeded. Without randomness there are no safe ids or nonces: going on would be worse than
    // ending.
    while (::getrandom(block_.data(), sizeof block_, 0) != static_cast<ssize_t>(sizeof block_)) {
      if (errno != EINTR) std::abort();
    }
    left_ = block_.size();
  }
  return std::exchange(block_[--left_], 0);
}

}  // namespace barnabas::io
