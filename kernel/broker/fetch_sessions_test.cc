#include "kernel/broker/fetch_sessions.h"

#include <gtest/gtest.h>

namespace barnabas::broker {
namespace {

FollowedPartition partition(std::int32_t index, std::int64_t offset = 0) {
  FollowedPartition one;
  one.topic = "t";
  one.partition = index;
  one.fetch_offset = offset;
  return one;
}

TEST(FetchSessions, IdsOfTwoLoopsNeverMeet) {
  FetchSessions even(2, 2, 10, 100), odd(1, 2, 10, 100);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(even.create({}, false, 0)->id % 2, 0);
    EXPECT_EQ(odd.create({}, false, 0)->id % 2, 1);
  }
}

TEST(FetchSessions, IdsWrapWithoutReachingZero) {
  FetchSessions sessions(INT32_MAX - 2, 3, 100, 100);
  const std::int32_t last = sessions.create({}, false, 0)->id;
  const std::int32_t wrapped = sessions.create({}, false, 0)->id;
  EXPECT_GT(wrapped, 0);
  EXPECT_EQ(wrapped % 3, last % 3);
}

TEST(FetchSessions, AFullCacheRefusesYoungSessionsAndKeepsTheOldOnes) {
  FetchSessions sessions(1, 1, 2, 100);
  const std::int32_t first = sessions.create({partition(0)}, false, 0)->id;
  sessions.create({partition(0)}, false, 0);
  EXPECT_EQ(sessions.create({partition(0)}, false, 50), nullptr);
  EXPECT_NE(sessions.find(first), nullptr);
}

TEST(FetchSessions, AnUnusedSessionGivesWay) {
  FetchSessions sessions(1, 1, 2, 100);
  FetchSession* busy = sessions.create({partition(0)}, false, 0);
  const std::int32_t idle = sessions.create({partition(0), partition(1)}, false, 0)->id;
  busy->used_ns = 150;
  EXPECT_NE(sessions.create({partition(0)}, false, 160), nullptr);
  EXPECT_EQ(sessions.find(idle), nullptr);
}

TEST(FetchSessions, ALargerSessionInUseStays) {
  FetchSessions sessions(1, 1, 1, 100);
  FetchSession* large = sessions.create({partition(0), partition(1)}, false, 0);
  large->used_ns = 200;
  EXPECT_EQ(sessions.create({partition(0)}, false, 250), nullptr);
  EXPECT_NE(sessions.create({partition(0), partition(1)}, false, 250), nullptr);
}

TEST(FetchSession, FollowingAgainKeepsWhatWasTold) {
  FetchSession session;
  session.follow(partition(0, 5));
  session.partitions[0].told_high_watermark = 9;
  session.follow(partition(0, 7));
  ASSERT_EQ(session.partitions.size(), 1u);
  EXPECT_EQ(session.partitions[0].fetch_offset, 7);
  EXPECT_EQ(session.partitions[0].told_high_watermark, 9);
  session.forget(partition(0));
  EXPECT_TRUE(session.partitions.empty());
}

TEST(FetchSession, EpochsWrapToOne) { EXPECT_EQ(FetchSessions::next_epoch(INT32_MAX), 1); }

}  // namespace
}  // namespace barnabas::broker
