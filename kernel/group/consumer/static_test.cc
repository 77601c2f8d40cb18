// Static members: who holds an instance id, and what stays when its holder is away.
#include "kernel/group/consumer/testing.h"

namespace barnabas::group {
namespace {

class ConsumerStaticTest : public ConsumerTest {
 protected:
  ConsumerHeartbeatReply join_static(std::string id, std::vector<std::string> topics = {"t"}) {
    return send(as_static(joining(std::move(id), std::move(topics)), "i"))->value();
  }
  ConsumerHeartbeatReply beat_static(std::string id, std::int32_t epoch, std::string instance = "i") {
    return send(as_static(beating(std::move(id), epoch), std::move(instance)))->value();
  }
};

TEST_F(ConsumerStaticTest, AnInstanceIdHasOneHolder) {
  EXPECT_EQ(join_static("a").member_epoch, 2);
  EXPECT_EQ(join_static("b").error, ErrorCode::kUnreleasedInstanceId);
  EXPECT_EQ(join_static("a").error, ErrorCode::kUnreleasedInstanceId);
  EXPECT_EQ(beat_static("b", 2).error, ErrorCode::kFencedInstanceId);
  EXPECT_EQ(beat_static("b", -1).error, ErrorCode::kFencedInstanceId);
  EXPECT_EQ(beat_static("b", -2).error, ErrorCode::kFencedInstanceId);
  EXPECT_EQ(beat_static("a", 2, "j").error, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(beat_static("a", 2).error, ErrorCode::kNone);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kNone);
}

TEST_F(ConsumerStaticTest, ItComesBackUnderAnotherIdToWhatItHad) {
  join_static("a");
  EXPECT_EQ(beat_static("a", -2).member_epoch, -2);
  EXPECT_EQ(state(), "Reconciling 2/2");
  EXPECT_EQ(describe_consumer().members.at(0).epoch, -2);
  EXPECT_EQ(beat_static("a", 2).error, ErrorCode::kFencedMemberEpoch);
  EXPECT_EQ(beat_static("a", -2).error, ErrorCode::kNone);
  const ConsumerHeartbeatReply reply = join_static("b");
  EXPECT_EQ(reply.member_epoch, 2);
  EXPECT_EQ(told(reply), (Told{{"t", {0, 1, 2, 3}}}));
  EXPECT_EQ(state(), "Stable 2/2");
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  EXPECT_EQ(beat_static("a", 2).error, ErrorCode::kFencedInstanceId);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kUnknownMemberId);
}

TEST_F(ConsumerStaticTest, ItComesBackUnderItsOwnIdWithAnotherSubscription) {
  topic("u", 2);
  join_static("a");
  wait(1'000);
  beat_static("a", -2);
  const ConsumerHeartbeatReply reply = join_static("a", {"t", "u"});
  EXPECT_EQ(reply.member_epoch, 3);
  EXPECT_EQ(told(reply), (Told{{"t", {0, 1, 2, 3}}, {"u", {0, 1}}}));
}

TEST_F(ConsumerStaticTest, WhileItIsAwayNobodyHasItsPartitions) {
  join_static("a");
  wait(1'000);
  beat_static("a", -2);
  EXPECT_EQ(told(join_consumer("b")), Told{});
  wait(30'000);
  EXPECT_EQ(told(beat("b", 3)), same());
  wait(15'000);  // its session ends
  EXPECT_EQ(told(beat("b", 3)), (Told{{"t", {0, 1, 2, 3}}}));
}

TEST_F(ConsumerStaticTest, WhatItWasAskedToGiveUpIsFreeOnceItIsAway) {
  join_static("a");
  join_consumer("b");
  wait(1'000);
  EXPECT_EQ(beat("b", 2).member_epoch, 3);
  EXPECT_EQ(told(beat_static("a", 2)), (Told{{"t", {0, 1}}}));
  beat_static("a", -2);
  EXPECT_EQ(told(beat("b", 3)), (Told{{"t", {2, 3}}}));
  const ConsumerHeartbeatReply back = join_static("c");
  EXPECT_EQ(back.member_epoch, 3);
  EXPECT_EQ(told(back), (Told{{"t", {0, 1}}}));
  EXPECT_EQ(state(), "Stable 3/3");
}

TEST_F(ConsumerStaticTest, ItLeavesForGood) {
  join_static("a");
  EXPECT_EQ(beat_static("a", -1).member_epoch, -1);
  EXPECT_EQ(state(), "Empty 3/2");
  EXPECT_EQ(join_static("b").error, ErrorCode::kNone);
}

TEST_F(ConsumerStaticTest, AnAssignmentThatWasMadeForItsOldIdIsMadeAgain) {
  join_static("a");
  wait(1'000);
  beat_static("a", -2);
  held_jobs = true;
  const auto second = send(joining("b"));  // the assignor runs for a and b
  const auto back = send(as_static(joining("c"), "i"));
  ASSERT_TRUE(back->has_value());
  EXPECT_EQ(back->value().member_epoch, 2);
  held_jobs = false;
  settle();
  EXPECT_EQ(background.last_input.members.back().id, "c");
  EXPECT_EQ(second->value().member_epoch, 3);
  EXPECT_EQ(told(beat_static("c", 2)), (Told{{"t", {0, 1}}}));
}

TEST_F(ConsumerStaticTest, AFullGroupTakesItBack) {
  settings.consumer_max_size = 1;
  start();
  join_static("a");
  beat_static("a", -2);
  EXPECT_EQ(join_static("b").error, ErrorCode::kNone);
}

}  // namespace
}  // namespace barnabas::group
