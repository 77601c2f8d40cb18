#include "kernel/base/calendar.h"

#include <gtest/gtest.h>

namespace barnabas::base {
namespace {

constexpr std::int64_t kYear = 365LL * 86'400'000;
constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kNow = 1'700'000'000'000;

TEST(Calendar, SaysWhatTheWallClockSays) {
  Calendar calendar;
  EXPECT_EQ(calendar.wall_ms(500, kNow), kNow);
  EXPECT_EQ(calendar.wall_ms(1500, kNow + 1000), kNow + 1000);
}

TEST(Calendar, FollowsSmallSteps) {
  Calendar calendar;
  calendar.wall_ms(0, kNow);
  EXPECT_EQ(calendar.wall_ms(1000, kNow + 31'000), kNow + 31'000);
  EXPECT_EQ(calendar.wall_ms(2000, kNow - 20'000), kNow - 20'000);
}

TEST(Calendar, DoesNotFollowAJumpNorTheWayBack) {
  for (const std::int64_t jump : {kYear, -kYear}) {
    Calendar calendar;
    calendar.wall_ms(0, kNow);
    EXPECT_EQ(calendar.wall_ms(1000, kNow + 1000 + jump), kNow + 1000);
    EXPECT_EQ(calendar.wall_ms(2000, kNow + 2000), kNow + 2000);
  }
}

TEST(Calendar, BelievesAfterADayOfTheSame) {
  Calendar calendar;
  calendar.wall_ms(0, kNow);
  for (std::int64_t passed = 1000; passed < kDay; passed += 3'600'000)
    EXPECT_EQ(calendar.wall_ms(passed, kNow + passed + kYear), kNow + passed);
  EXPECT_EQ(calendar.wall_ms(1000 + kDay, kNow + 1000 + kDay + kYear), kNow + 1000 + kDay + kYear);
}

TEST(Calendar, BelievesNothingOfAClockThatGoesToAndFro) {
  Calendar calendar;
  calendar.wall_ms(0, kNow);
  for (std::int64_t passed = 1000; passed < 3 * kDay; passed += 3'600'000) {
    const std::int64_t jump = passed / 3'600'000 % 2 == 0 ? kYear : -kYear;
    EXPECT_EQ(calendar.wall_ms(passed, kNow + passed + jump), kNow + passed);
  }
}

TEST(Calendar, DeletesNothingByAClockThatBeganWrongAndWasCorrected) {
  Calendar calendar;
  calendar.deleting_ms(0, kNow + kYear);
  EXPECT_EQ(calendar.deleting_ms(1000, kNow + 1000), kNow + 1000);
  EXPECT_EQ(calendar.deleting_ms(kDay / 2, kNow + kDay / 2), kNow + kDay / 2);
}

TEST(Calendar, DeletesByTheEarlierTimeWhileAJumpIsNotBelieved) {
  for (const std::int64_t jump : {kYear, -kYear}) {
    Calendar calendar;
    calendar.deleting_ms(0, kNow);
    EXPECT_EQ(calendar.deleting_ms(1000, kNow + 1000 + jump), kNow + 1000 + std::min<std::int64_t>(jump, 0));
  }
}

}  // namespace
}  // namespace barnabas::base
