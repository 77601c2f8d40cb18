#include <algorithm>

#include "kernel/group/testing.h"

namespace barnabas::group {
namespace {

using enum ErrorCode;
using ClassicGroupTest = GroupTest;

TEST_F(ClassicGroupTest, ANewMemberIsToldItsIdFirstAndJoinsAfterTheInitialDelay) {
  const auto first = join("");
  EXPECT_EQ(first->value().error, kMemberIdRequired);
  const auto joined = join(first->value().member_id);
  pass(2'999);
  EXPECT_FALSE(joined->has_value());
  pass(1);
  EXPECT_EQ(joined->value().generation, 1);
  EXPECT_EQ(joined->value().leader, first->value().member_id);
  EXPECT_EQ(joined->value().members.size(), 1u);
  EXPECT_EQ(join("stranger")->value().error, kUnknownMemberId);
}

TEST_F(ClassicGroupTest, NewcomersExtendTheInitialDelay) {
  const auto first = join("", "m", {}, 3);
  pass(2'000);
  const auto second = join("", "m", {}, 3);
  pass(1'000);
  EXPECT_FALSE(first->has_value());
  pass(3'000);
  EXPECT_EQ(first->value().members.size(), 2u);
  EXPECT_TRUE(second->value().members.empty());
}

TEST_F(ClassicGroupTest, AnAssignmentIsToldOnceItIsStored) {
  const auto joined = join("", "m", {}, 3);
  pass(3'000);
  const std::string id = joined->value().member_id;
  const auto synced = sync(id, 1, {{id, "mine"}, {"stranger", "lost"}});
  EXPECT_FALSE(synced->has_value());
  journal.settle();
  EXPECT_EQ(synced->value().assignment, "mine");
  EXPECT_EQ(describe().state, "Stable");
  EXPECT_EQ(heartbeat(id, 1), kNone);
  EXPECT_EQ(heartbeat(id, 2), kIllegalGeneration);
  EXPECT_EQ(sync(id, 1)->value().assignment, "mine");
}

TEST_F(ClassicGroupTest, WhatCannotBeStoredBeginsARebalance) {
  const auto joined = join("", "m", {}, 3);
  pass(3'000);
  const std::string id = joined->value().member_id;
  const auto synced = sync(id, 1, {{id, "mine"}});
  journal.settle(kCoordinatorNotAvailable);
  EXPECT_EQ(synced->value().error, kCoordinatorNotAvailable);
  EXPECT_EQ(heartbeat(id, 1), kRebalanceInProgress);
  EXPECT_EQ(join(id)->value().generation, 2);
}

TEST_F(ClassicGroupTest, ASessionEndsWithoutHeartbeats) {
  const std::string id = lone_member();
  pass(9'000);
  EXPECT_EQ(heartbeat(id, 1), kNone);
  pass(9'999);
  EXPECT_EQ(describe().state, "Stable");
  pass(1);
  EXPECT_EQ(describe().state, "Empty");
  EXPECT_EQ(heartbeat(id, 1), kUnknownMemberId);
}

TEST_F(ClassicGroupTest, WhoDoesNotRejoinIsDropped) {
  const std::string id = lone_member();
  const auto newcomer = join("", "m", {}, 3);
  EXPECT_EQ(heartbeat(id, 1), kRebalanceInProgress);
  for (int i = 0; i < 12; ++i) {
    pass(5'000);
    heartbeat(id, 1);
  }
  EXPECT_EQ(newcomer->value().generation, 2);
  EXPECT_EQ(newcomer->value().members.size(), 1u);
}

TEST_F(ClassicGroupTest, WhoDoesNotSyncIsDropped) {
  const auto one = join("", "m", {}, 3), two = join("", "m", {}, 3);
  pass(6'000);
  const std::string leader = one->value().leader;
  const std::string other = leader == one->value().member_id ? two->value().member_id : one->value().member_id;
  sync(leader, 1);
  journal.settle();
  for (int i = 0; i < 12; ++i) {
    pass(5'000);
    heartbeat(leader, 1);
    heartbeat(other, 1);
  }
  EXPECT_EQ(heartbeat(other, 1), kUnknownMemberId);
  EXPECT_EQ(heartbeat(leader, 1), kRebalanceInProgress);
}

TEST_F(ClassicGroupTest, AStaticMemberComesBackWithoutARebalance) {
  const auto joined = join("", "m", "i");
  pass(3'000);
  const std::string old = joined->value().member_id;
  sync(old, 1, {{old, "mine"}});
  journal.settle();
  const auto again = join("", "m", "i");
  EXPECT_FALSE(again->has_value());
  journal.settle();
  EXPECT_EQ(again->value().generation, 1);
  EXPECT_TRUE(again->value().skip_assignment);
  EXPECT_EQ(again->value().members.size(), 1u);
  EXPECT_EQ(heartbeat(old, 1, "i"), kFencedInstanceId);
  EXPECT_EQ(sync(again->value().member_id, 1)->value().assignment, "mine");
}

TEST_F(ClassicGroupTest, AStaticRestartThatIsNotStoredIsUndone) {
  const auto joined = join("", "m", "i");
  pass(3'000);
  const std::string old = joined->value().member_id;
  sync(old, 1, {{old, "mine"}});
  journal.settle();
  const auto again = join("", "m", "i");
  journal.settle(kCoordinatorNotAvailable);
  EXPECT_EQ(again->value().error, kCoordinatorNotAvailable);
  EXPECT_EQ(heartbeat(old, 1, "i"), kNone);
}

TEST_F(ClassicGroupTest, TheNextCoordinatorKnowsGenerationMembersAndAssignments) {
  const std::string id = lone_member();
  start();
  EXPECT_EQ(describe().state, "Stable");
  EXPECT_EQ(heartbeat(id, 1), kNone);
  EXPECT_EQ(sync(id, 1)->value().assignment, "mine");
  EXPECT_EQ(heartbeat("stranger", 1), kUnknownMemberId);
}

TEST_F(ClassicGroupTest, AResignedCoordinatorAnswersWhoWaits) {
  const auto joined = join("", "m", {}, 3);
  coordinator->resign(0);
  EXPECT_EQ(joined->value().error, kNotCoordinator);
  coordinator->begin_loading(0, 9);
  EXPECT_EQ(join("")->value().error, kCoordinatorLoadInProgress);
}

TEST_F(ClassicGroupTest, AFullGroupRefusesNewcomers) {
  settings.max_size = 1;
  start();
  const std::string id = lone_member();
  EXPECT_EQ(join("", "m", {}, 3)->value().error, kGroupMaxSizeReached);
  EXPECT_EQ(heartbeat(id, 1), kNone);
}

TEST_F(ClassicGroupTest, MetadataOfAGroupIsBounded) {
  settings.max_group_bytes = 1'000;
  start();
  EXPECT_EQ(join("", std::string(2'000, 'x'), {}, 3)->value().error, kGroupMaxSizeReached);
  EXPECT_FALSE(join("", "m", {}, 3)->has_value());
}

TEST_F(ClassicGroupTest, SaysWhyItRebalanced) {
  const std::string id = lone_member();
  coordinator->leave({"g", {{id, {}, "the consumer is being closed"}}}, [](const LeaveReply&) {});
  WhyReply why;
  coordinator->why({"g"}, [&](WhyReply reply) { why = std::move(reply); });
  ASSERT_EQ(why.rebalances.size(), 2u);
  EXPECT_EQ(why.rebalances[0].causes.at(0).kind, CauseKind::kMemberJoined);
  EXPECT_TRUE(why.rebalances[0].stable);
  EXPECT_EQ(why.rebalances[1].causes.at(0).kind, CauseKind::kMemberLeft);
  EXPECT_EQ(why.rebalances[1].causes.at(0).detail, "the consumer is being closed");
}

TEST_F(ClassicGroupTest, ManyJoinsCostNoMoreThanTheirNumber) {
  std::vector<Answer<JoinReply>> all;
  for (int i = 0; i < 100'000; ++i) all.push_back(join("", "m", {}, 3));
  pass(60'000);
  EXPECT_TRUE(std::ranges::all_of(all, [](const auto& answer) { return answer->has_value() && (*answer)->generation == 1; }));
}

TEST_F(ClassicGroupTest, CommitsShowWhenTheyAreStoredAndNeverGoBack) {
  const auto first = commit(5), second = commit(7);
  EXPECT_EQ(committed(), -1);
  journal.settle();
  EXPECT_EQ(second->value().error_of(0), kNone);
  EXPECT_EQ(committed(), 7);
  const auto lost = commit(9);
  journal.settle(kCoordinatorNotAvailable);
  EXPECT_EQ(lost->value().error_of(0), kCoordinatorNotAvailable);
  EXPECT_EQ(committed(), 7);
  start();
  EXPECT_EQ(committed(), 7);
}

TEST_F(ClassicGroupTest, WhatIsShownIsStoredAlsoWhenRepliesWereLost) {
  commit(5);
  journal.settle();
  const auto lost = commit(7);
  lose_replies(true);
  EXPECT_EQ(lost->value().error_of(0), kCoordinatorNotAvailable);
  EXPECT_EQ(committed(), 7);
  commit(9);
  lose_replies(false);
  EXPECT_EQ(committed(), 7);
  std::optional<ErrorCode> deleted;
  coordinator->remove({"g"}, [&](DeleteReply reply) { deleted = reply.error; });
  lose_replies(true);
  EXPECT_EQ(deleted, kCoordinatorNotAvailable);
  EXPECT_EQ(committed(), -1);
}

TEST_F(ClassicGroupTest, AnAssignmentWhoseReplyWasLostIsThatOfItsGeneration) {
  const auto joined = join("", "m", {}, 3);
  pass(3'000);
  const std::string id = joined->value().member_id;
  const auto synced = sync(id, 1, {{id, "mine"}});
  lose_replies(true);
  EXPECT_EQ(synced->value().error, kNotCoordinator);
  EXPECT_EQ(heartbeat(id, 1), kNone);
  EXPECT_EQ(sync(id, 1)->value().assignment, "mine");
}

TEST_F(ClassicGroupTest, GroupsAreNotThereWhileWhatIsStoredIsReadAgain) {
  const std::string id = lone_member();
  commit(5, 1, id);
  const auto lost = std::exchange(journal.under_way, {});
  coordinator->load_again(0, 0);
  EXPECT_EQ(describe().error, kCoordinatorLoadInProgress);
  EXPECT_EQ(join(id)->value().error, kCoordinatorLoadInProgress);
  EXPECT_EQ(sync(id, 1)->value().error, kRebalanceInProgress) << "what clients understand, which loading is not";
  // Kafka says NONE here, also to a member that it has given up: it would count on what others are given.
  EXPECT_EQ(heartbeat(id, 1), kCoordinatorLoadInProgress);
  load();
  EXPECT_EQ(describe().state, "Stable");
}

TEST_F(ClassicGroupTest, OnlyMembersOfTheGenerationCommit) {
  const auto error = [](const auto& answer) { return answer->value().error_of(0); };
  EXPECT_EQ(error(commit(1, 3, "x")), kGroupIdNotFound);
  const std::string id = lone_member();
  EXPECT_EQ(error(commit(1)), kUnknownMemberId);
  EXPECT_EQ(error(commit(1, 9, id)), kIllegalGeneration);
  EXPECT_EQ(error(commit(1, 1, id, std::string(4'097, 'x'))), kOffsetMetadataTooLarge);
  const auto good = commit(1, 1, id);
  journal.settle();
  EXPECT_EQ(error(good), kNone);
}

TEST_F(ClassicGroupTest, OffsetsExpireByRetentionOrAsTheClientSaid) {
  commit(5);
  journal.settle();
  pass(settings.offsets_retention_ms - 700'000);
  journal.settle();
  EXPECT_EQ(committed(), 5);
  pass(1'400'000);
  journal.settle();
  EXPECT_EQ(committed(), -1);
  EXPECT_TRUE(journal.offsets.empty());
  commit(6, -1, "", "", 1'000);
  journal.settle();
  pass(600'000);
  journal.settle();
  EXPECT_EQ(committed(), -1);
}

TEST_F(ClassicGroupTest, NothingExpiresByAClockThatBeganWrongAndWasCorrected) {
  commit(5);
  journal.settle();
  wall_ahead_ms = 2 * settings.offsets_retention_ms;
  start();
  wall_ahead_ms = 0;
  pass(2 * settings.offsets_retention_check_interval_ms);
  journal.settle();
  EXPECT_EQ(committed(), 5);
}

TEST_F(ClassicGroupTest, WhatAClientKeepsForEverDoesNotExpire) {
  commit(5, -1, "", "", INT64_MAX);
  journal.settle();
  pass(2 * settings.offsets_retention_ms);
  journal.settle();
  EXPECT_EQ(committed(), 5);
}

TEST_F(ClassicGroupTest, NobodyLooksForExpiredOffsetsWhereTheIntervalIsForEver) {
  settings.offsets_retention_check_interval_ms = INT64_MAX;
  start();
  commit(5);
  journal.settle();
  pass(2 * settings.offsets_retention_ms);
  journal.settle();
  EXPECT_EQ(committed(), 5);
}

TEST_F(ClassicGroupTest, OnlyAnEmptyGroupIsDeletedAndWithItAllThatIsStored) {
  const std::string id = lone_member();
  std::optional<ErrorCode> error;
  const auto remove = [&] { coordinator->remove({"g"}, [&](DeleteReply reply) { error = reply.error; }); };
  remove();
  EXPECT_EQ(error, kNonEmptyGroup);
  coordinator->leave({"g", {{id, {}, ""}}}, [](const LeaveReply&) {});
  journal.settle();
  commit(5);
  journal.settle();
  error.reset();
  remove();
  EXPECT_EQ(join("", "m")->value().error, kCoordinatorNotAvailable);
  journal.settle();
  EXPECT_EQ(error, kNone);
  EXPECT_TRUE(journal.records.empty() && journal.offsets.empty());
  remove();
  EXPECT_EQ(error, kGroupIdNotFound);
}

TEST_F(ClassicGroupTest, ADeletedGroupDoesNotComeBackWithAWriteThatWasUnderWay) {
  const auto joined = join("", "m", {}, 3);
  pass(3'000);
  coordinator->leave({"g", {{joined->value().member_id, {}, ""}}}, [](const LeaveReply&) {});
  ASSERT_EQ(journal.under_way.size(), 1u) << "the group as it is empty, for the first time";
  std::optional<ErrorCode> error;
  coordinator->remove({"g"}, [&](DeleteReply reply) { error = reply.error; });
  journal.settle();
  EXPECT_EQ(error, kNone);
  EXPECT_TRUE(journal.records.empty());
}

TEST_F(ClassicGroupTest, ATopicThatIsDeletedWhileAHomeIsReadLosesItsOffsets) {
  commit(5);
  journal.settle();
  coordinator->load_again(0, 0);
  coordinator->forget_topics({"t"});
  load();
  EXPECT_EQ(committed(), 5) << "until that is stored";
  journal.settle();
  EXPECT_EQ(committed(), -1);
  EXPECT_TRUE(journal.offsets.empty());
}

TEST_F(ClassicGroupTest, WhatHasNoOctetsIsRefusedAndForgetsNothing) {
  coordinator->leave({"g", {{lone_member(), {}, ""}}}, [](const LeaveReply&) {});
  journal.settle();
  const auto stored = journal.records;
  JoinRequest request;
  request.group = "g";
  request.client = {"client", "/127.0.0.1"};
  request.session_timeout_ms = 10'000;
  request.rebalance_timeout_ms = 60'000;
  request.protocol_type = "consumer";
  request.protocols = {{std::string(40'000, 'p'), "m"}};
  request.version = 3;
  std::string id;
  coordinator->join(std::move(request), [&](const JoinReply& reply) { id = reply.member_id; });
  pass(3'000);
  const auto synced = sync(id, 3, {{id, "mine"}});
  journal.settle();
  EXPECT_EQ(synced->value().error, kUnknownServerError);
  EXPECT_EQ(journal.records, stored);
}

}  // namespace
}  // namespace barnabas::group
