#include "tools/barnabas/consume/reset_policy.h"

#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

TEST(ResetPolicyTest, TakesKafkasWords) {
  EXPECT_EQ(parse_reset_policy("latest")->to, kLatest);
  EXPECT_EQ(parse_reset_policy("earliest")->to, kEarliest);
  EXPECT_TRUE(parse_reset_policy("earliest")->may_reset);
  EXPECT_FALSE(parse_reset_policy("none")->may_reset);
  const auto by_duration = parse_reset_policy("by_duration:PT1H");
  ASSERT_TRUE(by_duration.ok());
  EXPECT_EQ(by_duration->to, kSince);
  EXPECT_EQ(by_duration->back_ms, 3'600'000);
}

TEST(ResetPolicyTest, RefusesWhatIsNone) {
  for (const char* text : {"", "earlist", "Latest", "by_duration", "by_duration:", "by_duration:1h", "by_duration:-PT1H"})
    EXPECT_FALSE(parse_reset_policy(text).ok()) << text;
}

}  // namespace
}  // namespace barnabas::tools
