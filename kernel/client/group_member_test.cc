#include "kernel/client/group_member.h"

#include <gtest/gtest.h>

#include <limits>

namespace barnabas::client {
namespace {

using wire::ErrorCode;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

MemberSettings settings() {
  MemberSettings all;
  all.group_id = "g";
  return all;
}

MemberSettings static_settings() {
  MemberSettings all = settings();
  all.instance_id = "i";
  return all;
}

class Membership : public ::testing::Test {
 protected:
  explicit Membership(MemberSettings settings = client::settings()) : member_(std::move(settings)) {}

  // What there is to do now, one thing after the other.
  Step next() { return member_.next(now_); }
  void wake() {
    ASSERT_NE(member_.wake_ms(), kNever);
    now_ = std::max(now_, member_.wake_ms());
  }
  void joined(std::int32_t generation, const std::string& leader = "m", bool skip = false) {
    member_.joined(now_, {ErrorCode::kNone, generation, "m", leader, skip});
  }
  void refused(ErrorCode error) { member_.joined(now_, {error, -1, "", "", false}); }

  void find() {
    ASSERT_EQ(next(), Step::kFindCoordinator);
    member_.found(now_, ErrorCode::kNone);
  }
  // From the coordinator on.
  void become_stable(std::int32_t generation) {
    ASSERT_EQ(next(), Step::kJoin);
    joined(generation, "another");
    ASSERT_EQ(next(), Step::kSync);
    member_.synced(now_, ErrorCode::kNone);
    ASSERT_EQ(next(), Step::kNothing);
    ASSERT_TRUE(member_.is_stable());
  }
  void start() {
    member_.join(now_);
    find();
    become_stable(1);
  }
  void beat(ErrorCode error) {
    member_.polled(now_);
    wake();
    ASSERT_EQ(next(), Step::kHeartbeat);
    member_.beaten(error);
  }
  void give_up(bool lost) {
    ASSERT_EQ(next(), Step::kGiveUp);
    EXPECT_EQ(member_.lost(), lost);
    member_.gave_up();
  }

  std::int64_t now_ = 1'000;
  GroupMember member_;
};

TEST_F(Membership, NothingUntilItIsAsked) {
  EXPECT_EQ(next(), Step::kNothing);
  EXPECT_EQ(member_.wake_ms(), kNever);
}

TEST_F(Membership, TheFirstAnswerOnlyGivesAnId) {
  member_.join(now_);
  find();
  ASSERT_EQ(next(), Step::kJoin);
  EXPECT_EQ(next(), Step::kNothing) << "one request at a time";
  member_.joined(now_, {ErrorCode::kMemberIdRequired, -1, "m", "", false});
  EXPECT_EQ(next(), Step::kJoin);
  EXPECT_EQ(member_.member_id(), "m");
}

TEST_F(Membership, TheLeaderAssignsAndTheOthersWait) {
  member_.join(now_);
  find();
  ASSERT_EQ(next(), Step::kJoin);
  joined(5);
  EXPECT_TRUE(member_.is_leader());
  ASSERT_EQ(next(), Step::kAssign);
  member_.not_assigned(now_);
  EXPECT_EQ(next(), Step::kNothing);
  wake();
  ASSERT_EQ(next(), Step::kAssign);
  member_.assigned();
  ASSERT_EQ(next(), Step::kSync);
  member_.synced(now_, ErrorCode::kNone);
  EXPECT_TRUE(member_.is_stable());
  EXPECT_EQ(member_.generation(), 5);
}

TEST_F(Membership, ALeaderThatIsToldToSkipDoesNotAssign) {
  member_.join(now_);
  find();
  ASSERT_EQ(next(), Step::kJoin);
  joined(5, "m", true);
  EXPECT_EQ(next(), Step::kSync);
}

TEST_F(Membership, HeartbeatsAreRegular) {
  start();
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(member_.wake_ms(), 1'000 + 3'000 * i);
    beat(ErrorCode::kNone);
    EXPECT_EQ(next(), Step::kNothing);
  }
}

TEST_F(Membership, ARebalanceTakesWhatItHasAndJoinsAgain) {
  start();
  beat(ErrorCode::kRebalanceInProgress);
  ASSERT_EQ(next(), Step::kGiveUp);
  EXPECT_FALSE(member_.lost());
  // It lives on while its owner commits.
  wake();
  ASSERT_EQ(next(), Step::kHeartbeat);
  member_.beaten(ErrorCode::kRebalanceInProgress);
  EXPECT_EQ(next(), Step::kNothing);
  member_.gave_up();
  become_stable(2);
}

TEST_F(Membership, AnOldGenerationLosesAndKeepsItsId) {
  start();
  beat(ErrorCode::kIllegalGeneration);
  give_up(true);
  EXPECT_EQ(member_.member_id(), "m");
  become_stable(7);
  EXPECT_FALSE(member_.lost());
}

TEST_F(Membership, AnUnknownMemberBeginsAnew) {
  start();
  beat(ErrorCode::kUnknownMemberId);
  give_up(true);
  EXPECT_EQ(member_.member_id(), "");
  EXPECT_EQ(next(), Step::kJoin);
}

TEST_F(Membership, ACommitTellsAsWell) {
  start();
  member_.committed(1, ErrorCode::kIllegalGeneration);
  give_up(true);
  become_stable(2);
  member_.committed(1, ErrorCode::kIllegalGeneration);  // of the membership before
  EXPECT_TRUE(member_.is_stable());
  member_.committed(2, ErrorCode::kRebalanceInProgress);
  EXPECT_EQ(next(), Step::kGiveUp);
}

TEST_F(Membership, AHeartbeatOfTheMembershipBeforeTellsNothing) {
  start();
  wake();
  ASSERT_EQ(next(), Step::kHeartbeat);
  member_.committed(1, ErrorCode::kRebalanceInProgress);
  give_up(false);
  become_stable(2);
  member_.beaten(ErrorCode::kUnknownMemberId);
  EXPECT_TRUE(member_.is_stable());
  EXPECT_EQ(member_.member_id(), "m");
}

TEST_F(Membership, ACoordinatorThatMovedIsLookedForWhileItKeepsWhatItHas) {
  start();
  for (const ErrorCode error : {ErrorCode::kNotCoordinator, ErrorCode::kCoordinatorNotAvailable, ErrorCode::kNetworkException}) {
    beat(error);
    EXPECT_TRUE(member_.is_stable());
    ASSERT_EQ(next(), Step::kFindCoordinator);
    member_.found(now_, ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(next(), Step::kNothing);
    wake();
    find();
    EXPECT_EQ(next(), Step::kNothing);
    EXPECT_EQ(member_.generation(), 1);
  }
}

TEST_F(Membership, JoinsAreTriedAgainMoreAndMoreSlowly) {
  member_.join(now_);
  find();
  for (const std::int64_t pause : {100, 200, 400, 800, 1'000, 1'000}) {
    ASSERT_EQ(next(), Step::kJoin);
    refused(ErrorCode::kCoordinatorLoadInProgress);
    EXPECT_EQ(next(), Step::kNothing);
    EXPECT_EQ(member_.wake_ms(), now_ + pause);
    wake();
  }
  ASSERT_EQ(next(), Step::kJoin);
  refused(ErrorCode::kNotCoordinator);
  wake();
  find();
  ASSERT_EQ(next(), Step::kJoin);
}

TEST_F(Membership, WithoutAnAnswerToItsSyncItJoinsAgain) {
  member_.join(now_);
  find();
  for (const ErrorCode error : {ErrorCode::kRebalanceInProgress, ErrorCode::kNetworkException, ErrorCode::kUnknownMemberId}) {
    ASSERT_EQ(next(), Step::kJoin);
    joined(1, "another");
    ASSERT_EQ(next(), Step::kSync);
    member_.synced(now_, error);
    wake();
    if (error == ErrorCode::kNetworkException) find();
  }
  EXPECT_EQ(member_.member_id(), "");
  become_stable(3);
}

TEST_F(Membership, SomeRefusalsAreTheEnd) {
  for (const ErrorCode error : {ErrorCode::kInconsistentGroupProtocol, ErrorCode::kInvalidSessionTimeout, ErrorCode::kGroupMaxSizeReached,
                                ErrorCode::kGroupAuthorizationFailed, ErrorCode::kFencedInstanceId}) {
    GroupMember member(settings());
    member.join(0);
    ASSERT_EQ(member.next(0), Step::kFindCoordinator);
    member.found(0, ErrorCode::kNone);
    ASSERT_EQ(member.next(0), Step::kJoin);
    member.joined(0, {error, -1, "", "", false});
    EXPECT_EQ(member.failure(), error);
    EXPECT_EQ(member.next(10'000), Step::kNothing);
    EXPECT_EQ(member.wake_ms(), kNever);
  }
}

TEST_F(Membership, AnotherSubscriptionIsAnotherRebalance) {
  start();
  member_.join_again();
  give_up(false);
  ASSERT_EQ(next(), Step::kJoin);
  member_.join_again();  // the one that is out does not say it
  joined(2, "another");
  ASSERT_EQ(next(), Step::kSync);
  member_.synced(now_, ErrorCode::kNone);
  give_up(false);
  become_stable(3);
}

TEST_F(Membership, AnOwnerThatSleepsLosesItsPlaceAndGetsAnotherWhenItWakes) {
  start();
  while (now_ < 1'000 + 300'000) {
    wake();
    const Step step = next();
    if (step == Step::kHeartbeat) member_.beaten(ErrorCode::kNone);
    if (step == Step::kLeave) break;
  }
  EXPECT_EQ(now_, 1'000 + 300'000);
  member_.left();
  EXPECT_EQ(next(), Step::kNothing);
  EXPECT_EQ(member_.wake_ms(), kNever);
  member_.polled(now_ += 1'000'000);
  give_up(true);
  become_stable(2);
}

TEST_F(Membership, LeavingSaysSo) {
  start();
  member_.leave();
  ASSERT_EQ(next(), Step::kLeave);
  member_.left();
  EXPECT_TRUE(member_.is_away());
  EXPECT_EQ(next(), Step::kNothing);
  member_.join(now_);
  become_stable(2);
}

TEST_F(Membership, LeavingWhileItJoinsAbandonsThat) {
  member_.join(now_);
  find();
  ASSERT_EQ(next(), Step::kJoin);
  member_.leave();
  EXPECT_TRUE(member_.is_away());
  joined(1);
  EXPECT_TRUE(member_.is_away());
  EXPECT_EQ(next(), Step::kNothing);
}

class StaticMembership : public Membership {
 protected:
  StaticMembership() : Membership(static_settings()) {}
};

TEST_F(StaticMembership, ItGoesWithoutAWord) {
  start();
  member_.leave();
  EXPECT_TRUE(member_.is_away());
  EXPECT_EQ(next(), Step::kNothing);
}

TEST_F(StaticMembership, AnotherOfItsNameEndsIt) {
  start();
  beat(ErrorCode::kFencedInstanceId);
  EXPECT_EQ(member_.failure(), ErrorCode::kFencedInstanceId);
  EXPECT_TRUE(member_.lost());
}

}  // namespace
}  // namespace barnabas::client
