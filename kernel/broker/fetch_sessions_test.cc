#include "kernel/broker/fetch_sessions.h"

#include <barnabas/sdk/split_mix.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace barnabas::broker {
namespace {

FollowedPartition partition(std::int32_t index, std::int64_t offset = 0) {
  FollowedPartition one;
  one.topic = "t";
  one.partition = index;
  one.fetch_offset = offset;
  return one;
}

std::vector<PartitionKey> keys_of(const std::vector<FollowedPartition>& partitions) {
  std::vector<PartitionKey> keys;
  for (const FollowedPartition& one : partitions) keys.push_back(one.key());
  return keys;
}

class FetchSessionsTest : public ::testing::Test {
 protected:
  sdk::SplitMix random_{1};
};

TEST_F(FetchSessionsTest, IdsOfTwoLoopsNeverMeet) {
  FetchSessions even(random_, 2, 2, 10, 100), odd(random_, 1, 2, 10, 100);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(even.create({}, false, 0)->id % 2, 0);
    EXPECT_EQ(odd.create({}, false, 0)->id % 2, 1);
  }
}

TEST_F(FetchSessionsTest, ASessionOfAnEarlierProcessIsNobodysNow) {
  sdk::SplitMix of_the_next_process(2);
  FetchSessions before(random_, 1, 1, 100, 100), now(of_the_next_process, 1, 1, 100, 100);
  std::set<std::int32_t> old;
  for (int i = 0; i < 100; ++i) old.insert(before.create({partition(0)}, false, 0)->id);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(old.contains(now.create({partition(0)}, false, 0)->id));
  for (const std::int32_t id : old) EXPECT_EQ(now.find(id), nullptr);
}

TEST_F(FetchSessionsTest, EveryIdIsPositiveAndHasOneSession) {
  FetchSessions sessions(random_, INT32_MAX - 8, 3, 100, 100);
  std::set<std::int32_t> ids;
  for (int i = 0; i < 3; ++i) ids.insert(sessions.create({}, false, 0)->id);
  EXPECT_EQ(ids, (std::set{INT32_MAX - 8, INT32_MAX - 5, INT32_MAX - 2}));
}

TEST_F(FetchSessionsTest, AFullCacheRefusesYoungSessionsAndKeepsTheOldOnes) {
  FetchSessions sessions(random_, 1, 1, 2, 100);
  const std::int32_t first = sessions.create({partition(0)}, false, 0)->id;
  sessions.create({partition(0)}, false, 0);
  EXPECT_EQ(sessions.create({partition(0)}, false, 50), nullptr);
  EXPECT_NE(sessions.find(first), nullptr);
}

TEST_F(FetchSessionsTest, AnUnusedSessionGivesWay) {
  FetchSessions sessions(random_, 1, 1, 2, 100);
  FetchSession* busy = sessions.create({partition(0)}, false, 0);
  const std::int32_t idle = sessions.create({partition(0), partition(1)}, false, 0)->id;
  busy->used_ns = 150;
  EXPECT_NE(sessions.create({partition(0)}, false, 160), nullptr);
  EXPECT_EQ(sessions.find(idle), nullptr);
}

TEST_F(FetchSessionsTest, ALargerSessionInUseStays) {
  FetchSessions sessions(random_, 1, 1, 1, 100);
  FetchSession* large = sessions.create({partition(0), partition(1)}, false, 0);
  large->used_ns = 200;
  EXPECT_EQ(sessions.create({partition(0)}, false, 250), nullptr);
  EXPECT_NE(sessions.create({partition(0), partition(1)}, false, 250), nullptr);
}

std::vector<FollowedPartition> many(std::int32_t count) {
  std::vector<FollowedPartition> partitions;
  for (std::int32_t i = 0; i < count; ++i) partitions.push_back(partition(i));
  return partitions;
}

TEST_F(FetchSessionsTest, UnusedSessionsGiveWayToWhatWouldBeTooMuchWithThem) {
  FetchSessions sessions(random_, 1, 1, 10, 120);
  FetchSession* longer_unused = sessions.create(many(250'000), false, 0);
  const std::int32_t gone = longer_unused->id;
  const std::int32_t kept = sessions.create(many(250'000), false, 1)->id;
  EXPECT_EQ(sessions.create(many(1), false, 120), nullptr) << "both are in use yet";
  EXPECT_NE(sessions.create(many(250'000), false, 122), nullptr);
  EXPECT_EQ(sessions.find(gone), nullptr);
  EXPECT_NE(sessions.find(kept), nullptr) << "no more than must";
}

TEST_F(FetchSessionsTest, RoomForMoreOfASessionIsMadeByOthers) {
  FetchSessions sessions(random_, 1, 1, 10, 120);
  FetchSession* used = sessions.create(many(250'000), false, 0);
  const std::int32_t unused = sessions.create(many(250'000), false, 0)->id;
  used->used_ns = 121;
  EXPECT_TRUE(sessions.make_room(250'000, 121));
  EXPECT_EQ(sessions.find(unused), nullptr);
  EXPECT_FALSE(sessions.make_room(250'001, 121)) << "what is used stays";
  EXPECT_EQ(sessions.size(), 1U);
}

TEST_F(FetchSessionsTest, FollowingAgainKeepsWhatWasTold) {
  FetchSessions sessions(random_, 1, 1, 1, 100);
  FetchSession session;
  std::vector<FollowedPartition> named = {partition(0, 5)};
  sessions.follow(session, named);
  session.partitions[0].told_high_watermark = 9;
  named = {partition(0, 7), partition(3)};
  sessions.follow(session, named);
  ASSERT_EQ(session.partitions.size(), 2u);
  EXPECT_EQ(session.partitions[0].fetch_offset, 7);
  EXPECT_EQ(session.partitions[0].told_high_watermark, 9);
  EXPECT_EQ(session.partitions[1].told_high_watermark, -1);
  const std::vector<FollowedPartition> forgotten{partition(3), partition(0), partition(8)};
  sessions.forget(session, keys_of(forgotten));
  EXPECT_TRUE(session.partitions.empty());
}

TEST_F(FetchSessionsTest, NamedTwiceCountsOnceAsNamedLast) {
  FetchSessions sessions(random_, 1, 1, 1, 100);
  std::vector<FollowedPartition> named{partition(2, 1), partition(0, 2), partition(2, 3),
                                       partition(1, 4), partition(0, 5), partition(2, 6)};
  sessions.drop_repeats(named);
  ASSERT_EQ(named.size(), 3u);
  EXPECT_EQ(named[0].partition, 2);
  EXPECT_EQ(named[0].fetch_offset, 6);
  EXPECT_EQ(named[1].partition, 0);
  EXPECT_EQ(named[1].fetch_offset, 5);
  EXPECT_EQ(named[2].partition, 1);
}

// Each against each, this would be 40 000 million comparisons of names.
TEST_F(FetchSessionsTest, ManyChangesOfALargeSessionAreQuick) {
  FetchSessions sessions(random_, 1, 1, 1, 100);
  FetchSession session;
  const std::vector<FollowedPartition> all = many(200'000);
  std::vector<FollowedPartition> named = all;
  sessions.follow(session, named);
  named = all;
  std::reverse(named.begin(), named.end());
  sessions.drop_repeats(named);
  sessions.follow(session, named);
  EXPECT_EQ(session.partitions.size(), all.size());
  EXPECT_EQ(session.partitions[0].partition, 0);
  sessions.forget(session, keys_of(all));
  EXPECT_TRUE(session.partitions.empty());
}

TEST(FetchSessions, EpochsWrapToOne) { EXPECT_EQ(FetchSessions::next_epoch(INT32_MAX), 1); }

}  // namespace
}  // namespace barnabas::broker
