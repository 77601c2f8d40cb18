#include "kernel/base/times.h"

#include <gtest/gtest.h>

namespace barnabas::base {
namespace {

constexpr std::int64_t kLongestMs = kLongestNs / 1'000'000;

TEST(TimesTest, MillisecondsBecomeNanoseconds) {
  EXPECT_EQ(ns_of_ms(0), 0);
  EXPECT_EQ(ns_of_ms(1), 1'000'000);
  EXPECT_EQ(ns_of_ms(-1), -1'000'000);
  EXPECT_EQ(ns_of_ms(INT32_MAX), std::int64_t{INT32_MAX} * 1'000'000);
  EXPECT_EQ(ns_of_ms(kLongestMs), kLongestMs * 1'000'000);
}

TEST(TimesTest, WhatIsLongerIsTheLongestAndLeavesRoomForAClock) {
  for (const std::int64_t ms : {kLongestMs + 1, INT64_MAX / 1'000'000 + 1, INT64_MAX - 1, INT64_MAX}) {
    EXPECT_EQ(ns_of_ms(ms), kLongestNs) << ms;
    EXPECT_EQ(ns_of_ms(-ms), -kLongestNs) << ms;
  }
  EXPECT_EQ(ns_of_ms(INT64_MIN), -kLongestNs);
  EXPECT_GT(saturated_add(ns_of_ms(INT64_MAX), kLongestNs), kLongestNs);
  EXPECT_LT(saturated_add(ns_of_ms(INT64_MAX), kLongestNs), INT64_MAX);
}

TEST(TimesTest, SumsStayWithinWhatThereIs) {
  EXPECT_EQ(saturated_add(1, -3), -2);
  EXPECT_EQ(saturated_add(1, INT64_MAX), INT64_MAX);
  EXPECT_EQ(saturated_add(INT64_MAX, 1), INT64_MAX);
  EXPECT_EQ(saturated_add(-2, INT64_MIN), INT64_MIN);
  EXPECT_EQ(saturated_add(INT64_MIN, -1), INT64_MIN);
  EXPECT_EQ(saturated_add(INT64_MAX, INT64_MIN), -1);
}

}  // namespace
}  // namespace barnabas::base
