#include "kernel/broker/refusal_log.h"

#include <gtest/gtest.h>

namespace barnabas::broker {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kBegin = 1000 * kSecond;

TEST(RefusalLog, APeerIsWrittenDownAtOnceAndThenEveryTenSeconds) {
  RefusalLog log;
  EXPECT_EQ(log.note("a", kBegin), 0u);
  EXPECT_EQ(log.note("a", kBegin + 1), std::nullopt);
  EXPECT_EQ(log.note("a", kBegin + 9 * kSecond), std::nullopt);
  EXPECT_EQ(log.note("a", kBegin + 10 * kSecond), 2u);
  EXPECT_EQ(log.note("a", kBegin + 11 * kSecond), std::nullopt);
}

TEST(RefusalLog, OneLoudPeerHidesNoOther) {
  RefusalLog log;
  for (int i = 0; i < 1000; ++i) log.note("loud", kBegin + i);
  EXPECT_EQ(log.note("quiet", kBegin + 1000), 0u);
}

TEST(RefusalLog, ManyPeersShareTheLines) {
  RefusalLog log;
  int lines = 0;
  for (int i = 0; i < 5000; ++i)
    if (log.note("10.0." + std::to_string(i), kBegin + i)) ++lines;
  EXPECT_EQ(lines, 10);
  EXPECT_EQ(log.note("late", kBegin + kSecond + 5000), 0u);
  EXPECT_EQ(log.note("later", kBegin + kSecond + 5001), std::nullopt);
}

}  // namespace
}  // namespace barnabas::broker
