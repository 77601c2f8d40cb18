// What is stored of a consumer group, what comes back of it, and what becomes of writes that fail.
#include "kernel/group/consumer/records.h"
#include "kernel/group/consumer/testing.h"
#include "kernel/group/records.h"

namespace barnabas::group {
namespace {

class ConsumerStoreTest : public ConsumerTest {
 protected:
  void put(StoredRecord record) { journal.records[record.key] = record.value.value(); }
};

TEST_F(ConsumerStoreTest, TheNextCoordinatorKnowsTheGroup) {
  join_consumer("a");
  wait(1'000);
  join_consumer("b");
  beat("a", 2);  // it is asked to give up half
  const std::string before = state();
  start();
  EXPECT_EQ(state(), before);
  EXPECT_EQ(told(beat_owning("a", 2, {0, 1})), same());
  EXPECT_EQ(told(beat("b", 3)), (Told{{"t", {2, 3}}}));
  EXPECT_EQ(state(), "Stable 3/3");
  start();
  EXPECT_EQ(state(), "Stable 3/3");
  EXPECT_EQ(background.runs.size(), 2u);  // nothing to do
}

TEST_F(ConsumerStoreTest, TheIntervalCountsAcrossCoordinators) {
  join_consumer("a");
  wait(400);
  join_consumer("b");
  start();
  wait(599);
  EXPECT_EQ(state(), "Assigning 3/2");
  wait(1);
  EXPECT_EQ(state(), "Reconciling 3/3");
}

TEST_F(ConsumerStoreTest, SessionsAndRebalanceTimeoutsBeginAgainWithTheNextCoordinator) {
  ConsumerHeartbeatRequest request = joining("a");
  request.rebalance_timeout_ms = 10'000;
  send(std::move(request));
  wait(1'000);
  join_consumer("b");
  beat("a", 2);
  wait(9'000);
  start();
  wait(9'999);
  EXPECT_EQ(describe_consumer().members.size(), 2u);
  wait(1);
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  wait(35'000);
  EXPECT_EQ(describe_consumer().members.size(), 0u);
}

TEST_F(ConsumerStoreTest, AFailedWriteIsTakenBackAndTheMemberTriesAgain) {
  write_error = ErrorCode::kCoordinatorNotAvailable;
  EXPECT_EQ(join_consumer("a").error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(describe_consumer().members.size(), 0u);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kUnknownMemberId);
  write_error = ErrorCode::kNone;
  EXPECT_EQ(join_consumer("a").member_epoch, 2);
  EXPECT_EQ(state(), "Stable 2/2");
  start();
  EXPECT_EQ(state(), "Stable 2/2");
}

TEST_F(ConsumerStoreTest, AMemberWhoseLeavingWasNotStoredIsStillThere) {
  join_consumer("a");
  write_error = ErrorCode::kCoordinatorNotAvailable;
  EXPECT_EQ(beat("a", -1).error, ErrorCode::kCoordinatorNotAvailable);
  write_error = ErrorCode::kNone;
  EXPECT_EQ(state(), "Stable 2/2");
  EXPECT_EQ(told(beat("a", 2)), same());
  wait(45'000);
  EXPECT_EQ(state(), "Empty 3/2");
}

TEST_F(ConsumerStoreTest, WhatWasBuiltOnAWriteThatFailedIsTakenBackToo) {
  join_consumer("a");
  wait(1'000);
  held_writes = true;
  const auto second = send(joining("b"));
  const auto third = send(joining("c"));
  const auto first = send(beating("a", 2));
  EXPECT_FALSE(second->has_value() || third->has_value() || first->has_value());
  write_error = ErrorCode::kCoordinatorNotAvailable;
  held_writes = false;
  settle();
  write_error = ErrorCode::kNone;
  EXPECT_EQ(second->value().error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(third->value().error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(first->value().error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(state(), "Stable 2/2");
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  EXPECT_EQ(told(beat("a", 2)), same());
  EXPECT_EQ(join_consumer("b").member_epoch, 3);
}

TEST_F(ConsumerStoreTest, WhoWaitsForAnAssignmentHearsThatWhatItSaidIsTakenBack) {
  topic("u", 1);
  join_consumer("a");
  wait(1'000);
  held_jobs = true;
  ConsumerHeartbeatRequest request = beating("a", 2);
  request.topic_names = {"u"};
  const auto said = send(std::move(request));  // an assignor runs for it
  write_error = ErrorCode::kCoordinatorNotAvailable;
  EXPECT_EQ(join_consumer("b").error, ErrorCode::kCoordinatorNotAvailable);
  write_error = ErrorCode::kNone;
  held_jobs = false;
  settle();
  EXPECT_EQ(said->value().error, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(describe_consumer().members.at(0).topic_names, (std::vector<std::string>{"t"}));
}

TEST_F(ConsumerStoreTest, AWriteOfUnknownOutcomeIsReadAgain) {
  for (const bool kept : {true, false}) {
    join_consumer("a");
    wait(1'000);
    const std::string before = state();
    held_writes = true;
    const auto lost = send(joining(kept ? "b" : "c"));
    lose_replies(kept);
    held_writes = false;
    settle();
    EXPECT_EQ(lost->value().error, ErrorCode::kNotCoordinator);
    const std::string here = state();
    EXPECT_EQ(here == before, !kept) << here;
    start();
    EXPECT_EQ(state(), here);
  }
  EXPECT_EQ(describe_consumer().members.size(), 2u);
}

TEST_F(ConsumerStoreTest, NotCoordinatorIsPassedOn) {
  write_error = ErrorCode::kNotCoordinator;
  EXPECT_EQ(join_consumer("a").error, ErrorCode::kNotCoordinator);
}

TEST_F(ConsumerStoreTest, WhatIsOfNoMemberIsForgotten) {
  join_consumer("a");
  put(consumer_group_record("g", "ghost", ConsumerGroupTargetMember{{{id_of("t"), {0, 1}}}}));
  ConsumerGroupCurrentMember current;
  current.member_epoch = 9;
  current.assigned.push_back({id_of("t"), {3}, {}});
  put(consumer_group_record("g", "ghost", current));
  put(consumer_group_record("g", "t.*", ConsumerGroupRegex{{"t"}, 1, 1}));
  start();
  EXPECT_EQ(describe_consumer().members.size(), 1u);
  wait(1'000);
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kNone);
  topic("t", 5);
  wait(1'000);
  beat("a", 2);
  for (const auto& [key, value] : journal.records) {
    const auto read = read_consumer_group_key(key);
    ASSERT_TRUE(read);
    EXPECT_NE(read->name, "ghost");
    EXPECT_NE(read->name, "t.*");
  }
}

TEST_F(ConsumerStoreTest, EpochsThatContradictEachOtherGoUpOnly) {
  ConsumerGroupMemberMetadata metadata;
  metadata.subscribed_topic_names = {"t"};
  metadata.rebalance_timeout_ms = 60'000;
  put(consumer_group_record("g", "a", metadata));
  ConsumerGroupCurrentMember current;
  current.member_epoch = 9;
  current.previous_member_epoch = 8;
  current.assigned.push_back({id_of("t"), {3}, {}});
  put(consumer_group_record("g", "a", current));
  put(consumer_group_record("g", ConsumerGroupTarget{7, 1}));
  put(consumer_group_record("g", ConsumerGroupMetadata{3, 0}));
  start();
  wait(0);
  const ConsumerHeartbeatReply reply = beat("a", 9);
  EXPECT_EQ(reply.error, ErrorCode::kNone);
  EXPECT_GE(reply.member_epoch, 9);
  EXPECT_EQ(describe_consumer().members.at(0).epoch, reply.member_epoch);
}

// Of the write of a target its end was kept alone: the group's epoch and the partitions of a member are missing.
TEST_F(ConsumerStoreTest, ATargetOfWhichAPartIsMissingIsFollowedByAnother) {
  join_consumer("a");
  EXPECT_EQ(state(), "Stable 2/2");
  put(consumer_group_record("g", "a", ConsumerGroupTargetMember{}));
  put(consumer_group_record("g", ConsumerGroupTarget{3, 1}));
  start();
  wait(1'000);
  beat("a", 2);
  EXPECT_EQ(state(), "Stable 4/4");
  EXPECT_EQ(describe_consumer().members.at(0).assignment.at(0).partitions.size(), 4u) << "nobody reads them";
}

TEST_F(ConsumerStoreTest, TwoMembersWithOnePartitionLoseIt) {
  ConsumerGroupMemberMetadata metadata;
  metadata.subscribed_topic_names = {"t"};
  metadata.rebalance_timeout_ms = 60'000;
  for (const char* id : {"a", "b"}) {
    put(consumer_group_record("g", id, metadata));
    ConsumerGroupCurrentMember current;
    current.member_epoch = current.previous_member_epoch = 5;
    current.assigned.push_back({id_of("t"), {0, 1, 2, 3}, {}});
    put(consumer_group_record("g", id, current));
  }
  put(consumer_group_record("g", ConsumerGroupTarget{5, 1}));
  put(consumer_group_record("g", ConsumerGroupMetadata{6, 0}));
  start();
  wait(0);
  EXPECT_EQ(told(beat("a", 5)).at("t").size(), 2u);
  EXPECT_EQ(told(beat("b", 5)).at("t").size(), 2u);
}

TEST_F(ConsumerStoreTest, AStateOfALaterVersionBeginsAgain) {
  join_consumer("a");
  ConsumerGroupCurrentMember current;
  current.member_epoch = current.previous_member_epoch = 2;
  current.state = static_cast<MemberState>(77);
  current.assigned.push_back({id_of("t"), {0}, {}});
  put(consumer_group_record("g", "a", current));
  start();
  EXPECT_EQ(beat("a", 2).error, ErrorCode::kFencedMemberEpoch);
  EXPECT_EQ(told(join_consumer("a")), (Told{{"t", {0, 1, 2, 3}}}));
}

TEST_F(ConsumerStoreTest, AnEmptyGroupWithoutOffsetsIsForgottenAfterAWhile) {
  join_consumer("a");
  beat("a", -1);
  wait(settings.offsets_retention_check_interval_ms);
  settle();
  EXPECT_EQ(describe_consumer().error, ErrorCode::kGroupIdNotFound);
  EXPECT_TRUE(journal.records.empty());
}

TEST_F(ConsumerStoreTest, RecordsOfBothKindsAreAConsumerGroup) {
  join_consumer("a");
  static const std::optional<std::string> kNone;
  GroupView view;
  view.protocol_type = "consumer";
  view.protocol = view.leader = &kNone;
  put(group_record("g", view));
  start();
  EXPECT_EQ(state(), "Stable 2/2");
  wait(1'000);
  beat("a", -1);
  EXPECT_FALSE(journal.records.contains(group_tombstone("g").key));
}

TEST_F(ConsumerStoreTest, WhatAConversionLeftBehindIsNoGroup) {
  static const std::optional<std::string> kNone;
  GroupView view;
  view.protocol_type = "consumer";
  view.protocol = view.leader = &kNone;
  put(group_record("g", view));
  for (const char* id : {"a", "b"}) {
    ConsumerGroupMemberMetadata metadata;
    metadata.subscribed_topic_names = {"t"};
    put(consumer_group_record("g", id, metadata));
    put(consumer_group_record("g", id, ConsumerGroupTargetMember{}));
  }
  start();
  EXPECT_EQ(describe().state, "Empty");
  commit(5);
  settle();
  EXPECT_EQ(journal.records.size(), 1u);
  EXPECT_TRUE(journal.records.contains(group_tombstone("g").key));
}

TEST_F(ConsumerStoreTest, TopicMetadataOfKafkaBeforeFourIsForgotten) {
  join_consumer("a");
  put({consumer_group_tombstone(kConsumerGroupPartitionMetadataKey, "g").key, std::string("\0\0\1\0", 4)});
  start();
  beat("a", -1);
  EXPECT_FALSE(journal.records.contains(consumer_group_tombstone(kConsumerGroupPartitionMetadataKey, "g").key));
}

}  // namespace
}  // namespace barnabas::group
