#include "kernel/controller/describe_quorum.h"

#include <gtest/gtest.h>

#include "kernel/catalog/image_builder.h"

namespace barnabas::controller {
namespace {

constexpr std::int64_t kNow = 1'000'000;

std::shared_ptr<const catalog::Image> led(bool is_self) {
  catalog::ImageBuilder builder;
  builder.set_leader({.node_id = 3, .term = 7, .is_self = is_self});
  builder.set_end({42, 7});
  return builder.build();
}

TEST(DescribeQuorumTest, TheLeaderIsTheVoterAndHasEverything) {
  const auto quorum = describe_quorum(*led(true), {}, kNow);
  ASSERT_TRUE(quorum);
  EXPECT_EQ(quorum->leader, 3);
  EXPECT_EQ(quorum->term, 7);
  EXPECT_EQ(quorum->high_watermark, 42);
  ASSERT_EQ(quorum->voters.size(), 1u);
  EXPECT_EQ(quorum->voters[0].id, 3);
  EXPECT_EQ(quorum->voters[0].end_offset, 42);
  EXPECT_EQ(quorum->voters[0].fetched_ms, kNow);
  EXPECT_TRUE(quorum->observers.empty());
}

TEST(DescribeQuorumTest, WhoFollowsIsAnObserverUntilItIsForgotten) {
  const auto quorum = describe_quorum(*led(true), {{4, {40, kNow - 10, kNow - 500}}, {5, {30, kNow - 300'000, -1}}}, kNow);
  ASSERT_TRUE(quorum);
  ASSERT_EQ(quorum->observers.size(), 1u);
  EXPECT_EQ(quorum->observers[0].id, 4);
  EXPECT_EQ(quorum->observers[0].end_offset, 40);
  EXPECT_EQ(quorum->observers[0].fetched_ms, kNow - 10);
  EXPECT_EQ(quorum->observers[0].caught_up_ms, kNow - 500);
}

TEST(DescribeQuorumTest, WhoDoesNotLeadDoesNotKnow) { EXPECT_FALSE(describe_quorum(*led(false), {}, kNow)); }

}  // namespace
}  // namespace barnabas::controller
