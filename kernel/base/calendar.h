// The wall clock as it is believed where something goes for ever when it is old enough: records by retention, offsets of groups.
//
// A clock that is set forward by a year would make all of it old at once, and one that is set back would stamp commits that are old when it
// is right again. So time passes as on the steady clock; what the wall clock says besides is followed in small steps, and in a large one
// only when it has been said for a day. What deletes asks for deleting_ms(). Pure; one thread.
#pragma once

#include <algorithm>
#include <cstdint>

namespace barnabas::base {

class Calendar {
 public:
  std::int64_t wall_ms(std::int64_t steady_ms, std::int64_t said_ms);
  // The time by which something is old enough to go. The first time that was said may have been a wrong one, and is believed for a day: so
  // whichever is earlier counts, which never ends more.
  std::int64_t deleting_ms(std::int64_t steady_ms, std::int64_t said_ms) { return std::min(wall_ms(steady_ms, said_ms), said_ms); }

 private:
  static constexpr std::int64_t kSmallStepMs = 60'000;
  static constexpr std::int64_t kBelievedAfterMs = 86'400'000;

  bool known_ = false;
  std::int64_t ahead_ms_ = 0;  // the wall clock, less the steady one
  std::int64_t other_ms_ = 0;  // the same, as it is said since `since_ms_`
  std::int64_t since_ms_ = 0;
};

}  // namespace barnabas::base
