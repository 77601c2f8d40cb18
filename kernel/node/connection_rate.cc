#include "kernel/node/connection_rate.h"

#include <algorithm>

namespace barnabas::node {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kTogetherSeconds = 0.01;

}  // namespace

void ConnectionRate::refill(std::int64_t now_ns) {
  if (filled_ns_ != 0 && now_ns > filled_ns_)
    left_ = std::min<double>(per_second_, left_ + per_second_ * static_cast<double>(now_ns - filled_ns_) / kNsPerSecond);
  filled_ns_ = std::max(filled_ns_, now_ns);
}

std::int64_t ConnectionRate::wait_ns(std::int64_t now_ns) {
  if (per_second_ == kAny) return 0;
  refill(now_ns);
  if (left_ >= 1) return 0;
  const double wanted = std::max(1.0, per_second_ * kTogetherSeconds);
  return static_cast<std::int64_t>((wanted - left_) / per_second_ * kNsPerSecond) + 1;
}

void ConnectionRate::change(std::int32_t per_second) {
  if (per_second == per_second_) return;
  per_second_ = per_second;
  left_ = std::min<double>(left_, per_second);
}

// Loops that saw the same room at the same time may take one too many, which is made up for by a longer wait.
void ConnectionRate::take(std::int64_t now_ns) {
  if (per_second_ == kAny) return;
  refill(now_ns);
  left_ -= 1;
}

}  // namespace barnabas::node
