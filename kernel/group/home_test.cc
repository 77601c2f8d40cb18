#include "kernel/group/home.h"

#include <gtest/gtest.h>

namespace barnabas::group {
namespace {

TEST(HomeTest, IsWhereKafkaPutsTheGroup) {
  EXPECT_EQ(home_of("my-group", 50), 12);
  EXPECT_EQ(home_of("test", 50), 48);
  EXPECT_EQ(home_of("console-consumer-1", 50), 24);
  EXPECT_EQ(home_of("", 50), 0);
}

TEST(HomeTest, TheSmallestHashHasNoAbsoluteValue) { EXPECT_EQ(home_of("polygenelubricants", 50), 0); }

TEST(HomeTest, CountsUtf16Units) {
  EXPECT_EQ(home_of("\xc3\xa9", 1'000'000), 0xe9);
  EXPECT_EQ(home_of("\xe2\x82\xac", 1'000'000), 0x20ac);
  EXPECT_EQ(home_of("\xf0\x9f\x98\x80", 1'000'000'000), 31 * 0xd83d + 0xde00);
}

TEST(HomeTest, WhatIsNoUtf8IsReplacedAsJavaDoes) {
  EXPECT_EQ(home_of("\xff", 1'000'000), 0xfffd);
  EXPECT_EQ(home_of("\xc3", 1'000'000), 0xfffd);
  EXPECT_EQ(home_of("\xe2\x82", 1'000'000), 0xfffd);                                        // cut off: one
  EXPECT_EQ(home_of("\xed\xa0\x80", 1'000'000'000), (31 * 0xfffd + 0xfffd) * 31 + 0xfffd);  // a surrogate: each octet
  EXPECT_EQ(home_of("\xc0\x80", 1'000'000'000), 31 * 0xfffd + 0xfffd);
}

}  // namespace
}  // namespace barnabas::group
