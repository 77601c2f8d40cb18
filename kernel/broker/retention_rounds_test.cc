#include "kernel/broker/retention_rounds.h"

#include <gtest/gtest.h>

namespace barnabas::broker {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kMinuteNs = kMinuteMs * 1'000'000;
constexpr std::int64_t kYearMs = 365 * 24 * 60 * kMinuteMs;

TEST(RetentionClock, AJumpForwardIsBelievedTheNextTime) {
  RetentionClock clock;
  EXPECT_EQ(clock.ask(1000, 0), 1000) << "there is nothing to doubt it by";
  EXPECT_EQ(clock.ask(1000 + 5 * kMinuteMs, 5 * kMinuteNs), 1000 + 5 * kMinuteMs);
  EXPECT_EQ(clock.ask(kYearMs, 10 * kMinuteNs), 1000 + 10 * kMinuteMs);
  EXPECT_EQ(clock.ask(kYearMs + 5 * kMinuteMs, 15 * kMinuteNs), kYearMs + 5 * kMinuteMs);
}

TEST(RetentionClock, AJumpThatIsTakenBackIsNeverBelieved) {
  RetentionClock clock;
  clock.ask(1000, 0);
  EXPECT_EQ(clock.ask(kYearMs, kMinuteNs), 1000 + kMinuteMs);
  EXPECT_EQ(clock.ask(1000 + 2 * kMinuteMs, 2 * kMinuteNs), 1000 + 2 * kMinuteMs);
}

TEST(RetentionClock, AClockThatIsSetRightALittleIsFollowed) {
  RetentionClock clock;
  clock.ask(kYearMs, 0);
  EXPECT_EQ(clock.ask(kYearMs + 2 * kMinuteMs, kMinuteNs), kYearMs + 2 * kMinuteMs);
  EXPECT_EQ(clock.ask(1000, 2 * kMinuteNs), 1000) << "what is younger than it should be is only kept longer";
}

}  // namespace
}  // namespace barnabas::broker
