#include "kernel/client/consumer_member.h"

#include <gtest/gtest.h>

#include <limits>

namespace barnabas::client {
namespace {

using wire::ErrorCode;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr sdk::Uuid kA{{1}};
constexpr sdk::Uuid kB{{2}};

MemberSettings settings() {
  MemberSettings all;
  all.group_id = "g";
  return all;
}

class Consuming : public ::testing::Test {
 protected:
  ConsumerStep next() { return member_.next(now_); }
  void wake() {
    ASSERT_NE(member_.wake_ms(), kNever);
    now_ = std::max(now_, member_.wake_ms());
  }
  void answer(std::int32_t epoch, std::optional<IdPartitions> assignment = {}) {
    member_.beaten(now_, {ErrorCode::kNone, epoch, 5'000, std::move(assignment)});
  }
  void refuse(ErrorCode error) { member_.beaten(now_, {error, -1, 0, {}}); }
  void expect_beat(std::int32_t epoch, bool all, bool topics, bool owned) {
    ASSERT_EQ(next(), ConsumerStep::kHeartbeat);
    EXPECT_EQ(member_.beat().epoch, epoch);
    EXPECT_EQ(member_.beat().says_all, all);
    EXPECT_EQ(member_.beat().says_topics, topics);
    EXPECT_EQ(member_.beat().says_owned, owned);
    EXPECT_EQ(next(), ConsumerStep::kNothing) << "one at a time";
  }
  void find() {
    ASSERT_EQ(next(), ConsumerStep::kFindCoordinator);
    member_.found(now_, ErrorCode::kNone);
  }
  void start(IdPartitions assignment) {
    member_.join(now_);
    find();
    expect_beat(0, true, true, true);
    answer(2, assignment);
    ASSERT_EQ(next(), ConsumerStep::kReconcile);
    EXPECT_EQ(member_.target(), assignment);
    member_.reconciled();
    expect_beat(2, false, false, true);
    EXPECT_EQ(member_.owned(), assignment);
    answer(2);
    ASSERT_EQ(next(), ConsumerStep::kNothing);
  }

  std::int64_t now_ = 1'000;
  ConsumerMember member_{settings(), "id"};
};

TEST_F(Consuming, JoinsTakesWhatItIsGivenAndSaysSo) { start({{kA, {0, 1}}}); }

TEST_F(Consuming, TheCoordinatorSaysHowOften) {
  start({{kA, {0}}});
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(member_.wake_ms(), 1'000 + 5'000 * i);
    member_.polled(now_);
    wake();
    expect_beat(2, false, false, false);
    answer(2);
  }
}

TEST_F(Consuming, ItLivesOnWhileTheOwnerGivesUp) {
  start({{kA, {0, 1}}});
  wake();
  expect_beat(2, false, false, false);
  answer(2, IdPartitions{{kA, {0}}});
  ASSERT_EQ(next(), ConsumerStep::kReconcile);
  wake();
  expect_beat(2, false, false, false);
  answer(2);
  member_.reconciled();
  expect_beat(2, false, false, true);
  answer(3, IdPartitions{{kA, {0}}, {kB, {4}}});
  ASSERT_EQ(next(), ConsumerStep::kReconcile);
  EXPECT_EQ(member_.owned(), (IdPartitions{{kA, {0}}}));
  member_.reconciled();
  EXPECT_EQ(member_.owned(), (IdPartitions{{kA, {0}}, {kB, {4}}}));
  EXPECT_EQ(member_.epoch(), 3);
}

TEST_F(Consuming, AnAssignmentThatComesMeanwhileIsNext) {
  start({{kA, {0}}});
  wake();
  expect_beat(2, false, false, false);
  answer(2, IdPartitions{});
  ASSERT_EQ(next(), ConsumerStep::kReconcile);
  wake();
  expect_beat(2, false, false, false);
  answer(3, IdPartitions{{kB, {1}}});
  EXPECT_EQ(next(), ConsumerStep::kNothing);
  EXPECT_EQ(member_.target(), IdPartitions{});
  member_.reconciled();
  ASSERT_EQ(next(), ConsumerStep::kReconcile);
  EXPECT_EQ(member_.target(), (IdPartitions{{kB, {1}}}));
}

TEST_F(Consuming, WhatCannotBeNamedYetIsTriedAgain) {
  member_.join(now_);
  find();
  expect_beat(0, true, true, true);
  answer(2, IdPartitions{{kA, {0}}});
  ASSERT_EQ(next(), ConsumerStep::kReconcile);
  member_.not_reconciled(now_);
  EXPECT_EQ(next(), ConsumerStep::kNothing);
  wake();
  EXPECT_EQ(now_, 1'100);
  EXPECT_EQ(next(), ConsumerStep::kReconcile);
}

TEST_F(Consuming, AFencedMemberLosesAllAndJoinsAnew) {
  for (const ErrorCode error : {ErrorCode::kFencedMemberEpoch, ErrorCode::kUnknownMemberId}) {
    ConsumerMember member(settings(), "id");
    member.join(now_);
    ASSERT_EQ(member.next(now_), ConsumerStep::kFindCoordinator);
    member.found(now_, ErrorCode::kNone);
    ASSERT_EQ(member.next(now_), ConsumerStep::kHeartbeat);
    member.beaten(now_, {ErrorCode::kNone, 2, 5'000, IdPartitions{{kA, {0}}}});
    ASSERT_EQ(member.next(now_), ConsumerStep::kReconcile);
    member.reconciled();
    ASSERT_EQ(member.next(now_), ConsumerStep::kHeartbeat);
    member.beaten(now_, {error, -1, 0, {}});
    ASSERT_EQ(member.next(now_), ConsumerStep::kLose);
    member.lost();
    EXPECT_EQ(member.owned(), IdPartitions{});
    ASSERT_EQ(member.next(now_ + 1'000), ConsumerStep::kHeartbeat);
    EXPECT_EQ(member.beat().epoch, 0);
    EXPECT_TRUE(member.beat().says_all);
    EXPECT_EQ(member.member_id(), "id");
  }
}

TEST_F(Consuming, WhatIsBeingHandedOverIsNotItsOwnOnceTheMembershipIsOver) {
  start({{kA, {0}}});
  EXPECT_FALSE(member_.is_reconciling());
  member_.polled(now_);
  wake();
  expect_beat(2, false, false, false);
  answer(3, IdPartitions{{kA, {0, 1}}});
  ASSERT_EQ(next(), ConsumerStep::kReconcile);
  EXPECT_TRUE(member_.is_reconciling());
  wake();
  expect_beat(3, false, false, false);
  refuse(ErrorCode::kFencedMemberEpoch);
  EXPECT_FALSE(member_.is_reconciling()) << "before the owner has heard of it";
  ASSERT_EQ(next(), ConsumerStep::kLose);
  member_.lost();
  EXPECT_FALSE(member_.is_reconciling());
  EXPECT_TRUE(member_.target().empty());
}

TEST_F(Consuming, ACommitTellsAsWell) {
  start({{kA, {0}}});
  member_.committed(ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(next(), ConsumerStep::kNothing);
  member_.committed(ErrorCode::kUnknownMemberId);
  EXPECT_EQ(next(), ConsumerStep::kLose);
}

TEST_F(Consuming, ACoordinatorThatMovedHearsEverythingAgain) {
  start({{kA, {0}}});
  wake();
  expect_beat(2, false, false, false);
  refuse(ErrorCode::kNotCoordinator);
  EXPECT_EQ(next(), ConsumerStep::kNothing);
  wake();
  find();
  expect_beat(2, true, true, true);
  answer(2);
  EXPECT_EQ(member_.owned(), (IdPartitions{{kA, {0}}}));
}

TEST_F(Consuming, AnotherSubscriptionIsSaidAtOnce) {
  start({{kA, {0}}});
  member_.subscription_changed();
  expect_beat(2, false, true, false);
}

TEST_F(Consuming, SomeRefusalsAreTheEnd) {
  for (const ErrorCode error : {ErrorCode::kUnsupportedAssignor, ErrorCode::kInvalidRequest, ErrorCode::kGroupMaxSizeReached,
                                ErrorCode::kUnsupportedVersion, ErrorCode::kUnreleasedInstanceId, ErrorCode::kFencedInstanceId}) {
    ConsumerMember member(settings(), "id");
    member.join(0);
    ASSERT_EQ(member.next(0), ConsumerStep::kFindCoordinator);
    member.found(0, ErrorCode::kNone);
    ASSERT_EQ(member.next(0), ConsumerStep::kHeartbeat);
    member.beaten(0, {error, -1, 0, {}});
    EXPECT_EQ(member.failure(), error);
    EXPECT_EQ(member.next(10'000), ConsumerStep::kNothing);
    EXPECT_EQ(member.wake_ms(), kNever);
  }
}

TEST_F(Consuming, AnOwnerThatSleepsLosesItsPlaceAndGetsAnotherWhenItWakes) {
  start({{kA, {0}}});
  ConsumerStep step = ConsumerStep::kNothing;
  while (step != ConsumerStep::kLeave) {
    wake();
    step = next();
    if (step == ConsumerStep::kHeartbeat) answer(2);
  }
  EXPECT_EQ(now_, 1'000 + 300'000);
  member_.left();
  EXPECT_EQ(member_.wake_ms(), kNever);
  member_.polled(now_ += 1'000'000);
  ASSERT_EQ(next(), ConsumerStep::kLose);
  member_.lost();
  expect_beat(0, true, true, true);
}

TEST_F(Consuming, LeavingSaysSoAndAStaticMemberThatItComesBack) {
  start({{kA, {0}}});
  EXPECT_EQ(member_.leave_epoch(), -1);
  member_.leave();
  ASSERT_EQ(next(), ConsumerStep::kLeave);
  member_.left();
  EXPECT_TRUE(member_.is_away());
  MemberSettings of_static = settings();
  of_static.instance_id = "i";
  EXPECT_EQ(ConsumerMember(of_static, "id").leave_epoch(), -2);
}

}  // namespace
}  // namespace barnabas::client
