// Classic groups that become consumer groups and back, and members of the classic protocol among others.
#include <algorithm>

#include "kernel/group/consumer/embedded.h"
#include "kernel/group/consumer/testing.h"
#include "kernel/group/records.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/consumer_protocol.h"

namespace barnabas::group {
namespace {

class ConsumerConvertTest : public ConsumerTest {
 protected:
  void SetUp() override {
    settings.initial_rebalance_delay_ms = 0;
    ConsumerTest::SetUp();
  }
  static Octets subscription(std::vector<std::int32_t> owned = {}) {
    static constexpr std::string_view kTopics[] = {"t"};
    wire::ConsumerProtocolSubscription value;
    std::vector<wire::ConsumerProtocolSubscription::TopicPartition> topics;
    if (!owned.empty()) topics.push_back({"t", owned});
    value.topics = kTopics;
    value.user_data = wire::kNull;
    value.owned_partitions = topics;
    value.rack_id = wire::kNull;
    wire::Buffer buffer;
    buffer.append_int16(3);
    EXPECT_TRUE(wire::encode(value, 3, buffer));
    return {reinterpret_cast<const char*>(buffer.bytes().data), buffer.bytes().size};
  }
  Octets assignment(std::vector<std::int32_t> partitions) const {
    return write_assignment(partitions_of({{id_of("t"), std::move(partitions)}}), subscription(), image.get());
  }
  std::vector<std::int32_t> read(const Octets& octets) const {
    std::vector<std::int32_t> all;
    const auto assignment = read_assignment(octets, image.get());  // lives as long as the loop
    for (const TopicPartition& each : *assignment) all.push_back(each.partition);
    return all;
  }
  JoinReply rejoin(const std::string& id, std::vector<std::int32_t> owned = {}, std::optional<std::string> instance = {}) {
    const auto answer = join(id, subscription(std::move(owned)), std::move(instance));
    settle();
    wait(0);
    return answer->value();
  }
  // A new one: MEMBER_ID_REQUIRED, and again.
  JoinReply join_classic() { return rejoin(rejoin("").member_id); }
  std::vector<std::int32_t> synced(const std::string& id, std::int32_t generation) {
    const auto answer = sync(id, generation);
    settle();
    EXPECT_EQ(answer->value().error, ErrorCode::kNone);
    return read(answer->value().assignment);
  }
  // One classic member with everything.
  std::string classic_group() {
    const JoinReply joined = join_classic();
    sync(joined.member_id, joined.generation, {{joined.member_id, assignment({0, 1, 2, 3})}});
    settle();
    return joined.member_id;
  }
  ErrorCode leave_classic(const std::string& id) {
    std::optional<ErrorCode> error;
    coordinator->leave({"g", {{id, {}, ""}}},
                       [&](const LeaveReply& reply) { error = reply.error != ErrorCode::kNone ? reply.error : reply.members.at(0).error; });
    settle();
    return error.value();
  }
  std::string classic_state() { return describe().state; }
};

TEST_F(ConsumerConvertTest, OnlyAGroupThatWasThereIsForgottenAsAClassicOne) {
  for (const bool was_there : {false, true}) {
    if (was_there) commit(5);
    settle();
    held_writes = true;
    send(joining("a"));
    ASSERT_FALSE(journal.under_way.empty());
    const auto& records = journal.under_way.front().first.records;
    EXPECT_EQ(std::ranges::count(records, group_tombstone("g")), was_there ? 1 : 0);
    held_writes = false;
    settle();
    beat("a", -1);
    coordinator->remove({"g"}, nullptr);
    settle();
  }
}

TEST_F(ConsumerConvertTest, AClassicGroupBecomesAConsumerGroupWhenAMemberOfThatProtocolJoins) {
  const std::string classic = classic_group();
  EXPECT_EQ(heartbeat(classic, 1), ErrorCode::kNone);
  const ConsumerHeartbeatReply joined = join_consumer("new");
  EXPECT_EQ(joined.member_epoch, 2);
  EXPECT_EQ(told(joined), Told{});
  EXPECT_EQ(state(), "Reconciling 2/2");
  EXPECT_EQ(classic_state(), "Dead");
  const ConsumerDescribeReply described = describe_consumer();
  EXPECT_EQ(described.members.at(0).type, 0);
  EXPECT_EQ(described.members.at(1).type, 1);
  EXPECT_EQ(described.members.at(0).epoch, 1);
  EXPECT_FALSE(journal.records.contains(group_tombstone("g").key));
  EXPECT_EQ(why().rebalances.back().causes.at(0).kind, CauseKind::kConverted);

  // The classic member is told to join again, gives up, joins again, and is in the new epoch.
  EXPECT_EQ(heartbeat(classic, 1), ErrorCode::kRebalanceInProgress);
  EXPECT_EQ(heartbeat(classic, 2), ErrorCode::kIllegalGeneration);
  const auto early = sync(classic, 1);
  EXPECT_EQ(early->value().error, ErrorCode::kRebalanceInProgress);
  JoinReply again = rejoin(classic, {0, 1, 2, 3});
  EXPECT_EQ(again.error, ErrorCode::kNone);
  EXPECT_EQ(again.generation, 1);
  EXPECT_EQ(again.protocol, "range");
  EXPECT_EQ(again.leader, "");
  EXPECT_TRUE(again.members.empty());
  EXPECT_EQ(synced(classic, 1), (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(heartbeat(classic, 1), ErrorCode::kRebalanceInProgress);
  again = rejoin(classic, {0, 1});
  EXPECT_EQ(again.generation, 2);
  EXPECT_EQ(synced(classic, 2), (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(heartbeat(classic, 2), ErrorCode::kNone);
  EXPECT_EQ(told(beat("new", 2)), (Told{{"t", {2, 3}}}));
  EXPECT_EQ(state(), "Stable 2/2");
}

TEST_F(ConsumerConvertTest, WithMembersOfBothKindsTheNextCoordinatorGoesOn) {
  const std::string classic = classic_group();
  join_consumer("new");
  start();
  rejoin(classic);  // eager: it gave up everything
  EXPECT_EQ(synced(classic, 2), (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(told(beat("new", 2)), (Told{{"t", {2, 3}}}));
  wait(10'000);  // the classic member's own session timeout
  EXPECT_EQ(describe_consumer().members.size(), 1u);
}

TEST_F(ConsumerConvertTest, AClassicMemberJoinsAConsumerGroup) {
  join_consumer("new");
  wait(1'000);
  const JoinReply first = rejoin("");
  EXPECT_EQ(first.error, ErrorCode::kMemberIdRequired);
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  const JoinReply joined = rejoin(first.member_id);
  EXPECT_EQ(joined.generation, 3);
  EXPECT_EQ(synced(joined.member_id, 3), std::vector<std::int32_t>{});
  EXPECT_EQ(heartbeat(joined.member_id, 3), ErrorCode::kNone);  // others have yet to give up
  beat("new", 2);
  EXPECT_EQ(beat_owning("new", 2, {2, 3}).error, ErrorCode::kNone);
  EXPECT_EQ(beat_owning("new", 2, {0, 1}).error, ErrorCode::kNone);
  EXPECT_EQ(heartbeat(joined.member_id, 3), ErrorCode::kRebalanceInProgress);  // now there is something to get
  EXPECT_EQ(rejoin(joined.member_id).generation, 3);
  EXPECT_EQ(synced(joined.member_id, 3).size(), 2u);
}

TEST_F(ConsumerConvertTest, AClassicMemberThatDoesNotComeBackIsRemoved) {
  const std::string classic = classic_group();
  join_consumer("new");
  rejoin(classic, {0, 1});  // what it does not say it has it has given up
  for (int i = 0; i < 12; ++i) {
    wait(5'000);
    heartbeat(classic, 2);  // but it never syncs
    beat("new", 2);
  }
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  EXPECT_EQ(heartbeat(classic, 2), ErrorCode::kUnknownMemberId);
}

TEST_F(ConsumerConvertTest, CommitsOfClassicMembersGoByGeneration) {
  const std::string classic = classic_group();
  join_consumer("new");
  const auto commit_in = [&](std::int32_t generation) {
    const auto answer = commit(5, generation, classic);
    settle();
    return answer->value().error_of(0);
  };
  EXPECT_EQ(commit_in(1), ErrorCode::kNone);
  EXPECT_EQ(commit_in(2), ErrorCode::kIllegalGeneration);
}

TEST_F(ConsumerConvertTest, ItIsAClassicGroupAgainWhenTheLastOtherMemberLeaves) {
  const std::string classic = classic_group();
  join_consumer("new");
  rejoin(classic);
  synced(classic, 2);
  EXPECT_EQ(beat("new", -1).error, ErrorCode::kNone);
  EXPECT_EQ(state(), "GROUP_ID_NOT_FOUND");
  EXPECT_EQ(classic_state(), "PreparingRebalance");
  EXPECT_EQ(journal.records.size(), 1u);
  EXPECT_TRUE(journal.records.contains(group_tombstone("g").key));
  EXPECT_EQ(heartbeat(classic, 2), ErrorCode::kRebalanceInProgress);  // its generation is still the group's
  const JoinReply again = rejoin(classic);
  EXPECT_EQ(again.generation, 3);
  EXPECT_EQ(again.leader, classic);
  EXPECT_EQ(again.members.size(), 1u);
  sync(classic, 3, {{classic, assignment({0, 1, 2, 3})}});
  settle();
  EXPECT_EQ(classic_state(), "Stable");
  EXPECT_EQ(why().rebalances.back().causes.at(0).kind, CauseKind::kConverted);
}

TEST_F(ConsumerConvertTest, TheNextCoordinatorFindsWhatItBecame) {
  const std::string classic = classic_group();
  join_consumer("new");
  rejoin(classic);
  beat("new", -1);
  start();
  EXPECT_EQ(classic_state(), "Stable");
  EXPECT_EQ(describe().members.at(0).id, classic);
  EXPECT_EQ(read(describe().members.at(0).assignment), (std::vector<std::int32_t>{0, 1}));
}

TEST_F(ConsumerConvertTest, ALeaveThatMadeItClassicAndWasNotStoredIsSaid) {
  const std::string classic = classic_group();
  join_consumer("new");
  write_error = ErrorCode::kCoordinatorNotAvailable;
  EXPECT_EQ(beat("new", -1).error, ErrorCode::kCoordinatorNotAvailable);
  write_error = ErrorCode::kNone;
  const JoinReply again = rejoin(classic);
  sync(classic, again.generation, {{classic, assignment({0, 1, 2, 3})}});
  settle();
  start();  // what it was is forgotten with the first write that succeeds
  EXPECT_EQ(classic_state(), "Stable");
  EXPECT_EQ(journal.records.size(), 1u);
}

TEST_F(ConsumerConvertTest, AConversionThatWasNotStoredIsStoredWithTheNextWrite) {
  classic_group();
  write_error = ErrorCode::kCoordinatorNotAvailable;
  EXPECT_EQ(join_consumer("new").error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  write_error = ErrorCode::kNone;
  EXPECT_EQ(join_consumer("new").member_epoch, 2);
  start();
  EXPECT_EQ(describe_consumer().members.size(), 2u);
  EXPECT_FALSE(journal.records.contains(group_tombstone("g").key));
}

TEST_F(ConsumerConvertTest, WhoWaitedInTheClassicGroupJoinsAgain) {
  classic_group();
  const JoinReply told_id = join("", subscription())->value();
  const auto waiting = join(told_id.member_id, subscription());
  settle();
  EXPECT_FALSE(waiting->has_value());
  join_consumer("new");
  EXPECT_EQ(waiting->value().error, ErrorCode::kRebalanceInProgress);
  const JoinReply joined = rejoin(told_id.member_id);
  EXPECT_EQ(joined.error, ErrorCode::kNone);
  EXPECT_EQ(describe_consumer().members.size(), 3u);
}

TEST_F(ConsumerConvertTest, OnlyGroupsOfConsumersAreConverted) {
  const auto classic = [&](std::string metadata, Octets assigned) {
    start();
    const std::string id = join("", metadata)->value().member_id;
    const auto joined = join(id, metadata);
    wait(0);
    sync(id, joined->value().generation, {{id, std::move(assigned)}});
    settle();
    const ConsumerHeartbeatReply reply = join_consumer("new");
    EXPECT_EQ(reply.error, ErrorCode::kGroupIdNotFound);
    EXPECT_EQ(classic_state(), "Stable");
    journal.records.clear();
    return reply.message.value();
  };
  const std::string malformed = "Cannot upgrade classic group g to consumer group because the embedded consumer protocol is malformed.";
  EXPECT_EQ(classic("m", ""), malformed);
  EXPECT_EQ(classic(subscription(), "x"), malformed);
}

TEST_F(ConsumerConvertTest, WhoMayNotJoinConvertsNothing) {
  settings.consumer_max_size = 1;
  start();
  const std::string classic = classic_group();
  EXPECT_EQ(join_consumer("new").error, ErrorCode::kGroupMaxSizeReached);
  EXPECT_EQ(classic_state(), "Stable");
  EXPECT_EQ(heartbeat(classic, 1), ErrorCode::kNone);
  EXPECT_EQ(leave_classic(classic), ErrorCode::kNone);
  EXPECT_EQ(join_consumer("new").error, ErrorCode::kNone);
}

TEST_F(ConsumerConvertTest, ThePolicyMayForbidIt) {
  settings.consumer_migration_policy = "DOWNGRADE";
  start();
  const std::string id = classic_group();
  EXPECT_EQ(join_consumer("new").error, ErrorCode::kGroupIdNotFound);
  EXPECT_EQ(classic_state(), "Stable");
  settings.consumer_migration_policy = "UPGRADE";
  start();
  EXPECT_EQ(join_consumer("new").error, ErrorCode::kNone);
  beat("new", -1);
  EXPECT_EQ(describe_consumer().members.size(), 1u);
}

TEST_F(ConsumerConvertTest, EmptyGroupsAreReplaced) {
  const std::string classic = classic_group();
  EXPECT_EQ(leave_classic(classic), ErrorCode::kNone);
  EXPECT_EQ(classic_state(), "Empty");
  EXPECT_EQ(join_consumer("new").member_epoch, 2);
  EXPECT_FALSE(journal.records.contains(group_tombstone("g").key));
  beat("new", -1);
  const JoinReply unknown = rejoin("who");
  EXPECT_EQ(unknown.error, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(describe_consumer().error, ErrorCode::kNone);
  classic_group();
  EXPECT_EQ(classic_state(), "Stable");
  EXPECT_EQ(journal.records.size(), 1u);
}

TEST_F(ConsumerConvertTest, WhoLeftAnEmptyGroupThatIsReplacedHearsThatItIsStored) {
  join_consumer("new");
  held_writes = true;
  const auto left = send(beating("new", -1));
  const auto first = join("", subscription());
  EXPECT_EQ(first->value().error, ErrorCode::kMemberIdRequired);
  EXPECT_FALSE(left->has_value());
  held_writes = false;
  settle();
  EXPECT_EQ(left->value().error, ErrorCode::kNone);
  EXPECT_TRUE(journal.records.empty());
}

TEST_F(ConsumerConvertTest, OffersThatDoNotFitAreRefused) {
  classic_group();
  join_consumer("new");
  JoinRequest request;
  request.group = "g";
  request.member_id = "x";
  request.session_timeout_ms = 10'000;
  request.protocol_type = "consumer";
  request.protocols = {{"other", subscription()}};
  const auto error_of = [&](const JoinRequest& asked) {
    std::optional<ErrorCode> error;
    coordinator->join(asked, [&](const JoinReply& reply) { error = reply.error; });
    settle();
    return error.value();
  };
  EXPECT_EQ(error_of(request), ErrorCode::kInconsistentGroupProtocol);
  request.protocols = {{"range", "?"}};
  EXPECT_EQ(error_of(request), ErrorCode::kUnknownServerError);
  request.protocol_type = "connect";
  EXPECT_EQ(error_of(request), ErrorCode::kInconsistentGroupProtocol);
  EXPECT_EQ(describe_consumer().members.size(), 2u);
}

TEST_F(ConsumerConvertTest, MembersOfTheConsumerProtocolDoNotSyncNorBeatInTheClassicOne) {
  join_consumer("new");
  EXPECT_EQ(heartbeat("new", 2), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(sync("new", 2)->value().error, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(leave_classic("who"), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(leave_classic("new"), ErrorCode::kNone);  // an administrator removes whom he wants
  EXPECT_EQ(describe_consumer().members.size(), 0u);
}

TEST_F(ConsumerConvertTest, AStaticMemberChangesItsProtocol) {
  const JoinReply joined = rejoin("", {}, "i");
  sync(joined.member_id, joined.generation, {{joined.member_id, assignment({0, 1, 2, 3})}});
  settle();
  const ConsumerHeartbeatReply moved = send(as_static(joining("new"), "i"))->value();
  EXPECT_EQ(moved.error, ErrorCode::kNone);
  EXPECT_EQ(told(moved), (Told{{"t", {0, 1, 2, 3}}}));
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  // And back: it is the only member, so the group goes with it.
  const JoinReply back = rejoin("", {}, "i");
  EXPECT_EQ(back.error, ErrorCode::kNone);
  EXPECT_EQ(back.leader, back.member_id);
  EXPECT_EQ(classic_state(), "CompletingRebalance");
}

TEST_F(ConsumerConvertTest, AStaticClassicMemberComesBackToItsPartitions) {
  join_consumer("new");
  wait(1'000);
  const JoinReply joined = rejoin("", {}, "i");
  EXPECT_EQ(joined.generation, 3);
  beat("new", 2);
  beat_owning("new", 2, {0, 1});
  rejoin(joined.member_id, {}, "i");
  EXPECT_EQ(synced(joined.member_id, 3), (std::vector<std::int32_t>{2, 3})) << "the instance id is not asked for";
  const JoinReply back = rejoin("", {}, "i");
  EXPECT_NE(back.member_id, joined.member_id);
  EXPECT_EQ(back.generation, 3);
  EXPECT_EQ(synced(back.member_id, 3), (std::vector<std::int32_t>{2, 3}));
  EXPECT_EQ(heartbeat(joined.member_id, 3), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(heartbeat(joined.member_id, 3, "i"), ErrorCode::kFencedInstanceId);
  EXPECT_EQ(state(), "Stable 3/3");
}

}  // namespace
}  // namespace barnabas::group
