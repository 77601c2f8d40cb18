// How fast connections may be made: so many in a second, and as many at once after a quiet second. [one thread at a time]
#pragma once

#include <cstdint>

namespace barnabas::node {

class ConnectionRate {
 public:
  static constexpr std::int32_t kAny = 0;  // no limit

  explicit ConnectionRate(std::int32_t per_second) : per_second_(per_second), left_(per_second) {}

  // How long the next connection shall wait; 0 when there is room for it now. Whoever waits is not called for each single one: a hundredth
  // of a second's connections come together.
  std::int64_t wait_ns(std::int64_t now_ns);
  void take(std::int64_t now_ns);
  // From now on.
  void change(std::int32_t per_second);

 private:
  void refill(std::int64_t now_ns);

  std::int32_t per_second_;
  double left_;
  std::int64_t filled_ns_ = 0;
};

}  // namespace barnabas::node
