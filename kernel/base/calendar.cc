#include "kernel/base/calendar.h"

namespace barnabas::base {
namespace {

bool is_near(std::int64_t one, std::int64_t other, std::int64_t step) { return one - other <= step && other - one <= step; }

}  // namespace

std::int64_t Calendar::wall_ms(std::int64_t steady_ms, std::int64_t said_ms) {
  const std::int64_t said = said_ms - steady_ms;
  if (!known_ || is_near(said, ahead_ms_, kSmallStepMs)) {
    known_ = true;
    ahead_ms_ = other_ms_ = said;
    since_ms_ = steady_ms;
    return said_ms;
  }
  if (!is_near(said, other_ms_, kSmallStepMs)) {
    other_ms_ = said;
    since_ms_ = steady_ms;
  }
  if (steady_ms - since_ms_ >= kBelievedAfterMs) ahead_ms_ = said;
  return steady_ms + ahead_ms_;
}

}  // namespace barnabas::base
