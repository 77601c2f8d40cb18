// The operating system's clocks. Any thread.
#pragma once

#include <barnabas/sdk/host.h>

namespace barnabas::io {

class SystemClock final : public sdk::Clock {
 public:
  std::int64_t mono_ns() noexcept override;
  std::int64_t wall_ms() noexcept override;
};

}  // namespace barnabas::io
