#include "kernel/base/costs.h"

#include <gtest/gtest.h>

namespace barnabas::base {
namespace {

Costs after(const char* things) {
  Costs costs;
  for (; *things != 0; ++things) costs.note(*things == 'H');
  return costs;
}

TEST(CostsTest, OneAloneIsNotHeldAgainstAnybody) {
  EXPECT_FALSE(after("").are_high());
  EXPECT_FALSE(after("H").are_high());
  EXPECT_FALSE(after("HllHllHll").are_high());
}

TEST(CostsTest, TwoAreAndALittleBetweenDoesNotHideThem) {
  EXPECT_TRUE(after("HH").are_high());
  EXPECT_TRUE(after("HlH").are_high());
  EXPECT_TRUE(after("HlHlHlHl").are_high());
}

TEST(CostsTest, TheyAreForgottenAfterAWhile) {
  EXPECT_TRUE(after("HHHHHHHl").are_high());
  EXPECT_FALSE(after("HHHHHHHll").are_high());
}

TEST(CostsTest, OfWhomNothingIsKnownTheyAreHighUntilFourWereNot) {
  Costs costs = Costs::unknown();
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(costs.are_high());
    costs.note(false);
  }
  EXPECT_FALSE(costs.are_high());
}

}  // namespace
}  // namespace barnabas::base
