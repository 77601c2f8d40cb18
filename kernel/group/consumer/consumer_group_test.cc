#include "kernel/group/consumer/testing.h"
#include "kernel/wire/messages/record_settings.h"

namespace barnabas::group {
namespace {

TEST_F(ConsumerTest, TheFirstMemberOfANewGroupHasEverythingAtOnceInEpochTwo) {
  const ConsumerHeartbeatReply reply = join_consumer("a");
  EXPECT_EQ(reply.error, ErrorCode::kNone);
  EXPECT_EQ(reply.member_id, "a");
  EXPECT_EQ(reply.member_epoch, 2);
  EXPECT_EQ(reply.heartbeat_interval_ms, 5'000);
  EXPECT_EQ(told(reply), (Told{{"t", {0, 1, 2, 3}}}));
  EXPECT_EQ(state(), "Stable 2/2");
  EXPECT_EQ(told(beat("a", 2)), same());
}

TEST_F(ConsumerTest, AGroupThatIsSubscribedToNothingStaysInItsFirstEpoch) {
  EXPECT_EQ(join_consumer("a", {}).member_epoch, 1);
  EXPECT_EQ(state(), "Stable 1/1");
  EXPECT_EQ(join_consumer("b", {"unknown"}).member_epoch, 2);
}

TEST_F(ConsumerTest, NobodyIsToldBeforeItIsStored) {
  held_writes = true;
  const auto joined = send(joining("a"));
  EXPECT_FALSE(joined->has_value());
  const auto beaten = send(beating("a", 2));
  EXPECT_FALSE(beaten->has_value());
  held_writes = false;
  settle();
  EXPECT_EQ(joined->value().member_epoch, 2);
  EXPECT_EQ(beaten->value().member_epoch, 2);
}

TEST_F(ConsumerTest, ASecondTargetWaitsForTheInterval) {
  join_consumer("a");
  const ConsumerHeartbeatReply joined = join_consumer("b");
  EXPECT_EQ(joined.member_epoch, 2);
  EXPECT_EQ(told(joined), Told{});
  EXPECT_EQ(state(), "Assigning 3/2");
  wait(999);
  EXPECT_EQ(state(), "Assigning 3/2");
  wait(1);
  EXPECT_EQ(state(), "Reconciling 3/3");
  EXPECT_EQ(background.runs, (std::vector<std::string>{"uniform", "uniform"}));
}

TEST_F(ConsumerTest, APartitionIsGivenUpBeforeAnotherMemberGetsIt) {
  join_consumer("a");
  wait(1'000);
  EXPECT_EQ(join_consumer("b").member_epoch, 3);
  ConsumerHeartbeatReply reply = beat("a", 2);
  EXPECT_EQ(reply.member_epoch, 2);
  EXPECT_EQ(told(reply), (Told{{"t", {0, 1}}}));
  EXPECT_EQ(told(beat("b", 3)), same());
  // Until it says that it has given them up, nothing moves.
  EXPECT_EQ(told(beat("a", 2)), same());
  EXPECT_EQ(beat_owning("a", 2, {0, 1, 2, 3}).member_epoch, 2);
  EXPECT_EQ(beat_owning("a", 2, {0, 1, 3}).member_epoch, 2);
  EXPECT_EQ(told(beat("b", 3)), same());
  reply = beat_owning("a", 2, {0, 1});
  EXPECT_EQ(reply.member_epoch, 3);
  EXPECT_EQ(told(reply), same());
  EXPECT_EQ(state(), "Reconciling 3/3");
  EXPECT_EQ(told(beat("b", 3)), (Told{{"t", {2, 3}}}));
  EXPECT_EQ(state(), "Stable 3/3");
}

TEST_F(ConsumerTest, EpochsAreChecked) {
  join_consumer("a");
  EXPECT_EQ(beat("a", 3).error, ErrorCode::kFencedMemberEpoch);
  EXPECT_EQ(beat("a", 1).error, ErrorCode::kFencedMemberEpoch);
  EXPECT_EQ(beat("b", 2).error, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(beat("b", -1).error, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kNone);
}

TEST_F(ConsumerTest, TheAnswerThatRaisedTheEpochMayHaveBeenLost) {
  join_consumer("a");
  wait(1'000);
  join_consumer("b");
  beat("a", 2);
  EXPECT_EQ(beat_owning("a", 2, {0, 1}).member_epoch, 3);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kFencedMemberEpoch);  // it does not say what it has
  EXPECT_EQ(beat_owning("a", 2, {0, 2}).error, ErrorCode::kFencedMemberEpoch);
  EXPECT_EQ(beat_owning("a", 2, {0}).member_epoch, 3);
  EXPECT_EQ(beat_owning("a", 2, {}).member_epoch, 3);
}

TEST_F(ConsumerTest, AMemberThatJoinsAgainHearsWhatItHas) {
  join_consumer("a");
  const ConsumerHeartbeatReply again = join_consumer("a");
  EXPECT_EQ(again.member_epoch, 2);
  EXPECT_EQ(told(again), (Told{{"t", {0, 1, 2, 3}}}));
  EXPECT_EQ(state(), "Stable 2/2");
}

TEST_F(ConsumerTest, WhatALeavingMemberHadGoesToTheOthers) {
  join_consumer("a");
  wait(1'000);
  join_consumer("b");
  const ConsumerHeartbeatReply left = beat("a", -1);
  EXPECT_EQ(left.error, ErrorCode::kNone);
  EXPECT_EQ(left.member_epoch, -1);
  EXPECT_EQ(state(), "Assigning 4/3");
  wait(1'000);
  const ConsumerHeartbeatReply reply = beat("b", 3);
  EXPECT_EQ(reply.member_epoch, 4);
  EXPECT_EQ(told(reply), (Told{{"t", {0, 1, 2, 3}}}));
  beat("b", -1);
  EXPECT_EQ(state(), "Empty 5/4");
  EXPECT_EQ(journal.records.size(), 2u);  // the group and its target's epoch
}

TEST_F(ConsumerTest, AMemberThatIsSilentIsRemoved) {
  join_consumer("a");
  wait(44'999);
  beat("a", 2);
  wait(44'999);
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  wait(1);
  EXPECT_EQ(state(), "Empty 3/2");
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(why().rebalances.back().causes.at(0).kind, CauseKind::kMemberExpired);
}

TEST_F(ConsumerTest, AMemberThatGivesNothingUpIsRemovedAfterItsRebalanceTimeout) {
  ConsumerHeartbeatRequest request = joining("a");
  request.rebalance_timeout_ms = 10'000;
  send(std::move(request));
  wait(1'000);
  join_consumer("b");
  beat("a", 2);
  wait(9'999);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kNone);
  wait(1);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(told(beat("b", 3)), (Told{{"t", {0, 1, 2, 3}}}));  // a second after the last target already
  EXPECT_EQ(why().rebalances.back().causes.back().kind, CauseKind::kMemberTookTooLong);
}

TEST_F(ConsumerTest, AFullRequestIsAnsweredInFull) {
  join_consumer("a");
  ConsumerHeartbeatRequest request = joining("a");
  request.member_epoch = 2;
  EXPECT_EQ(told(send(std::move(request))->value()), (Told{{"t", {0, 1, 2, 3}}}));
}

TEST_F(ConsumerTest, AnotherSubscriptionMakesANewTarget) {
  topic("u", 2);
  join_consumer("a");
  wait(1'000);
  ConsumerHeartbeatRequest request = beating("a", 2);
  request.topic_names = {"u", "t", "u"};
  const ConsumerHeartbeatReply reply = send(std::move(request))->value();
  EXPECT_EQ(reply.member_epoch, 3);
  EXPECT_EQ(told(reply), (Told{{"t", {0, 1, 2, 3}}, {"u", {0, 1}}}));
  request = beating("a", 3);
  request.topic_names = {"t", "u"};
  EXPECT_EQ(told(send(std::move(request))->value()), same());
  EXPECT_EQ(state(), "Stable 3/3");
}

TEST_F(ConsumerTest, WhatAMemberIsNoLongerSubscribedToIsGivenUpBeforeTheNextTarget) {
  topic("u", 2);
  join_consumer("a", {"t", "u"});
  ConsumerHeartbeatRequest request = beating("a", 2);
  request.topic_names = {"u"};
  ConsumerHeartbeatReply reply = send(std::move(request))->value();
  EXPECT_EQ(reply.member_epoch, 2);
  EXPECT_EQ(told(reply), (Told{{"u", {0, 1}}}));
  EXPECT_EQ(state(), "Assigning 3/2");
  EXPECT_EQ(describe_consumer().members.at(0).assignment.size(), 2u);
  // The old target does not bring it back.
  EXPECT_EQ(told(beat_owning("a", 2, {0, 1}, "u")), same());
  EXPECT_EQ(describe_consumer().members.at(0).assignment.size(), 1u);
  wait(1'000);
  EXPECT_EQ(beat("a", 2).member_epoch, 3);
  EXPECT_EQ(state(), "Stable 3/3");
}

TEST_F(ConsumerTest, RackAssignorAndTimeoutAreNoCauseForAnotherTarget) {
  join_consumer("a");
  wait(1'000);
  ConsumerHeartbeatRequest request = beating("a", 2);
  request.rack_id = "r";
  request.assignor = "range";
  request.rebalance_timeout_ms = 1;
  EXPECT_EQ(send(std::move(request))->value().member_epoch, 2);
  EXPECT_EQ(state(), "Stable 2/2");
  EXPECT_EQ(describe_consumer().assignor, "range");
  EXPECT_EQ(describe_consumer().members.at(0).rack_id, "r");
}

TEST_F(ConsumerTest, TheAssignorWithMostVotesRunsAndOfEqualsTheFirst) {
  const auto votes = [&](std::string id, std::optional<std::string> assignor) {
    ConsumerHeartbeatRequest request = joining(std::move(id));
    request.assignor = std::move(assignor);
    send(std::move(request));
    wait(1'000);
    return background.runs.back();
  };
  EXPECT_EQ(votes("a", {}), "uniform");
  EXPECT_EQ(votes("b", "range"), "range");
  EXPECT_EQ(votes("c", "uniform"), "uniform");
  EXPECT_EQ(votes("d", "range"), "range");
}

TEST_F(ConsumerTest, TopicsThatComeGrowAndGoMakeNewTargets) {
  join_consumer("a", {"t", "later"});
  wait(1'000);
  topic("later", 1);
  ConsumerHeartbeatReply reply = beat("a", 2);
  EXPECT_EQ(reply.member_epoch, 3);
  EXPECT_EQ(told(reply), (Told{{"later", {0}}, {"t", {0, 1, 2, 3}}}));
  EXPECT_EQ(why().rebalances.back().causes.at(0).kind, CauseKind::kTopicsChanged);
  wait(1'000);
  topic("t", 5);
  reply = beat("a", 3);
  EXPECT_EQ(told(reply), (Told{{"later", {0}}, {"t", {0, 1, 2, 3, 4}}}));
  wait(1'000);
  topic("other", 5);
  EXPECT_EQ(beat("a", 4).member_epoch, 4);
  const Uuid gone = id_of("later");
  remove_topic("later");
  reply = beat("a", 4);
  EXPECT_EQ(reply.member_epoch, 4);
  EXPECT_EQ(told(reply), (Told{{"t", {0, 1, 2, 3, 4}}}));
  EXPECT_EQ(beat_owning("a", 4, {0, 1, 2, 3, 4}).member_epoch, 5);
  EXPECT_NE(gone, Uuid());
}

TEST_F(ConsumerTest, GroupConfigsCount) {
  wire::ConfigRecord record;
  record.resource_type = 32;
  record.resource_name = "g";
  const auto set = [&](std::string_view key, std::string_view value) {
    record.name = key;
    record.value = value;
    apply(record, 0);
    coordinator->on_image(image);
  };
  set("consumer.heartbeat.interval.ms", "7000");
  set("consumer.session.timeout.ms", "50000");
  set("consumer.assignment.interval.ms", "0");
  EXPECT_EQ(join_consumer("a").heartbeat_interval_ms, 7'000);
  EXPECT_EQ(join_consumer("b").member_epoch, 3);
  wait(49'999);
  EXPECT_EQ(describe_consumer().members.size(), 2u);
  wait(1);
  EXPECT_EQ(describe_consumer().members.size(), 0u);
}

TEST_F(ConsumerTest, TheIntervalOfAssignmentsMayBeSetForABrokerAndForAll) {
  settings.node_id = 1;
  start();
  wire::ConfigRecord record;
  record.resource_type = 4;
  record.name = "group.consumer.assignment.interval.ms";
  const auto set = [&](std::string_view broker, std::string_view value) {
    record.resource_name = broker;
    record.value = value;
    apply(record, 0);
    coordinator->on_image(image);
  };
  join_consumer("a");
  set("", "0");
  EXPECT_EQ(join_consumer("b").member_epoch, 3) << "the next assignment is due at once";
  set("1", "5000");
  EXPECT_EQ(join_consumer("c").member_epoch, 3);
  set("1", "0");
  EXPECT_EQ(join_consumer("d").member_epoch, 5);
}

TEST_F(ConsumerTest, AFullGroupTakesNobody) {
  settings.consumer_max_size = 1;
  start();
  join_consumer("a");
  EXPECT_EQ(join_consumer("b").error, ErrorCode::kGroupMaxSizeReached);
  EXPECT_EQ(join_consumer("a").error, ErrorCode::kNone);
}

TEST_F(ConsumerTest, WhatMembersSayOfThemselvesIsBounded) {
  settings.max_group_bytes = 2'000;
  start();
  EXPECT_EQ(join_consumer("a").error, ErrorCode::kNone);
  EXPECT_EQ(join_consumer("b", {"t", std::string(2'000, 'x')}).error, ErrorCode::kGroupMaxSizeReached);
  ConsumerHeartbeatRequest request = beating("a", 2);
  request.topic_names = {std::string(2'000, 'x')};
  EXPECT_EQ(send(std::move(request))->value().error, ErrorCode::kGroupMaxSizeReached);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kNone);
}

TEST_F(ConsumerTest, WhatAMemberSaysItOwnsMayBeNonsense) {
  join_consumer("a");
  ConsumerHeartbeatRequest request = beating("a", 2);
  request.owned = {{base::make_uuid(9, 9), {1, 1, -4}}, {id_of("t"), std::vector<std::int32_t>(100'000, -1)}};
  EXPECT_EQ(told(send(std::move(request))->value()), same());
}

TEST_F(ConsumerTest, AnAssignorThatFailsIsAskedAgainAndTheHistorySaysSo) {
  background.failure = "no wish";
  const ConsumerHeartbeatReply reply = join_consumer("a");
  EXPECT_EQ(reply.error, ErrorCode::kNone);
  EXPECT_EQ(reply.member_epoch, 1);
  EXPECT_EQ(why().rebalances.back().causes.back().detail, "uniform: no wish");
  EXPECT_EQ(background.runs.size(), 1u);
  beat("a", 1);
  EXPECT_EQ(background.runs.size(), 1u);
  background.failure.reset();
  wait(1'000);
  EXPECT_EQ(background.runs.size(), 2u);
  EXPECT_EQ(told(beat("a", 1)), (Told{{"t", {0, 1, 2, 3}}}));
}

TEST_F(ConsumerTest, OthersAreServedWhileAnAssignorRuns) {
  join_consumer("a");
  wait(1'000);
  held_jobs = true;
  const auto joined = send(joining("b"));
  EXPECT_FALSE(joined->has_value());  // it began the run: it hears of its outcome
  EXPECT_EQ(told(beat("a", 2)), same());
  EXPECT_EQ(beat("a", -1).member_epoch, -1);
  held_jobs = false;
  settle();
  EXPECT_EQ(joined->value().member_epoch, 3);
  EXPECT_EQ(state(), "Assigning 4/3");
  wait(1'000);
  EXPECT_EQ(told(beat("b", 3)), (Told{{"t", {0, 1, 2, 3}}}));
}

TEST_F(ConsumerTest, WhoWaitsForAnAssignmentGetsItAlsoWhenTheGroupChangesAllTheTime) {
  settings.consumer_assignment_interval_ms = 0;
  start();
  held_jobs = true;
  const auto first = send(joining("a"));
  send(joining("b"));  // the next run is due at once
  ASSERT_TRUE(background.run_one());
  held_jobs = false;
  while (!journal.under_way.empty()) journal.settle();
  EXPECT_EQ(first->value().member_epoch, 2);
  settle();
  EXPECT_EQ(state(), "Reconciling 3/3");
}

TEST_F(ConsumerTest, UnknownGroupsAreSaid) {
  EXPECT_EQ(beat("a", 1).error, ErrorCode::kGroupIdNotFound);
  EXPECT_EQ(beat("a", 1).message, "Consumer group g not found.");
  EXPECT_EQ(beat("a", -1).message, "Group g not found.");
  EXPECT_EQ(describe_consumer().message, "Group g not found.");
}

TEST_F(ConsumerTest, ItIsListedAndDeletedWhenItIsEmpty) {
  join_consumer("a");
  ListReply list;
  coordinator->list({{}, {"Consumer"}}, [&](ListReply reply) { list = std::move(reply); });
  ASSERT_EQ(list.groups.size(), 1u);
  EXPECT_EQ(list.groups[0].type, "consumer");
  EXPECT_EQ(list.groups[0].state, "Stable");
  EXPECT_EQ(list.groups[0].protocol_type, "consumer");
  const auto remove = [&] {
    std::optional<ErrorCode> error;
    coordinator->remove({"g"}, [&](DeleteReply reply) { error = reply.error; });
    settle();
    return error.value();
  };
  EXPECT_EQ(remove(), ErrorCode::kNonEmptyGroup);
  EXPECT_EQ(describe().error, ErrorCode::kGroupIdNotFound);
  beat("a", -1);
  EXPECT_EQ(remove(), ErrorCode::kNone);
  EXPECT_TRUE(journal.records.empty());
  EXPECT_EQ(remove(), ErrorCode::kGroupIdNotFound);
}

TEST_F(ConsumerTest, WhoWaitsHearsThatTheCoordinatorMoved) {
  held_jobs = true;
  const auto first = send(joining("a"));
  coordinator->resign(0);
  ASSERT_TRUE(first->has_value());
  EXPECT_EQ(first->value().error, ErrorCode::kNotCoordinator);
  held_jobs = false;
  settle();
  EXPECT_TRUE(journal.records.empty());
}

}  // namespace
}  // namespace barnabas::group
