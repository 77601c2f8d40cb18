#include <gmock/gmock.h>

#include "kernel/controller/testing.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AlterPartitionTest : public Cluster {
 protected:
  explicit AlterPartitionTest(std::int16_t level = catalog::kLatestMetadataLevel) : Cluster(level) {}
  void SetUp() override {
    Cluster::SetUp();
    for (std::int32_t id = 1; id <= 3; ++id) up(id);
    create("t", {1, 2, 3});
  }
  std::int64_t epoch_of(std::int32_t id) { return image->broker(id)->epoch; }
  // What the leader would ask for now.
  IsrChange wanted(std::vector<std::int32_t> isr) {
    IsrChange change{image->topic("t")->id, 0, partition("t").leader_epoch, partition("t").partition_epoch, {}, 0};
    for (const std::int32_t id : isr) change.isr.push_back({id, image->broker(id) == nullptr ? -1 : epoch_of(id)});
    return change;
  }
  PartitionAltered alter(IsrChange change, std::int32_t broker = 1) {
    return ask(AlterPartitionRequest{broker, epoch_of(broker), {std::move(change)}}).partitions.at(0);
  }
  ErrorCode error_of(IsrChange change, std::int32_t broker = 1) {
    const ErrorCode error = alter(std::move(change), broker).error;
    EXPECT_THAT(types, IsEmpty());
    return error;
  }
};

TEST_F(AlterPartitionTest, TheLeaderShrinksAndExpandsTheIsr) {
  PartitionAltered now = alter(wanted({1, 2}));
  EXPECT_TRUE(now.ok()) << now.message;
  EXPECT_THAT(now.isr, ElementsAre(1, 2));
  EXPECT_EQ(now.leader, 1);
  EXPECT_EQ(now.leader_epoch, 0);
  EXPECT_EQ(now.partition_epoch, 1);
  EXPECT_THAT(partition("t").isr, ElementsAre(1, 2));
  now = alter(wanted({1, 2, 3}));
  EXPECT_THAT(now.isr, ElementsAre(1, 2, 3));
  EXPECT_EQ(now.partition_epoch, 2);
}

TEST_F(AlterPartitionTest, WhatIsAlreadySoNeedsNoRecord) {
  const PartitionAltered now = alter(wanted({1, 2, 3}));
  EXPECT_TRUE(now.ok());
  EXPECT_EQ(now.partition_epoch, 0);
  EXPECT_THAT(types, IsEmpty());
}

TEST_F(AlterPartitionTest, TheRequestIsOfARegisteredBroker) {
  EXPECT_EQ(ask(AlterPartitionRequest{1, epoch_of(1) + 1, {wanted({1})}}).error, ErrorCode::kStaleBrokerEpoch);
  const AlterPartitionReply reply = ask(AlterPartitionRequest{9, 0, {wanted({1})}});
  EXPECT_EQ(reply.error, ErrorCode::kStaleBrokerEpoch);
  EXPECT_THAT(reply.partitions, IsEmpty());
}

TEST_F(AlterPartitionTest, EpochsSayWhoIsBehind) {
  alter(wanted({1, 2}));
  heartbeat(1, false, true);  // broker 2 leads now
  ASSERT_EQ(partition("t").leader, 2);
  heartbeat(1);
  IsrChange change = wanted({2});
  change.leader_epoch = 0;
  EXPECT_EQ(error_of(change, 1), ErrorCode::kFencedLeaderEpoch);
  change = wanted({2});
  ++change.leader_epoch;
  EXPECT_EQ(error_of(change, 2), ErrorCode::kNotController);
  change = wanted({2});
  ++change.partition_epoch;
  EXPECT_EQ(error_of(change, 2), ErrorCode::kNotController);
  change = wanted({2});
  --change.partition_epoch;
  EXPECT_EQ(error_of(change, 2), ErrorCode::kInvalidUpdateVersion);
  EXPECT_EQ(error_of(change, 1), ErrorCode::kInvalidRequest);  // does not lead: that comes before
}

TEST_F(AlterPartitionTest, OnlyReplicasAndAlwaysTheLeader) {
  up(4);
  EXPECT_EQ(error_of(wanted({1, 4})), ErrorCode::kInvalidRequest);
  EXPECT_EQ(error_of(wanted({1, 2, 2})), ErrorCode::kInvalidRequest);
  EXPECT_EQ(error_of(wanted({2, 3})), ErrorCode::kInvalidRequest);
  EXPECT_EQ(error_of(wanted({})), ErrorCode::kInvalidRequest);
}

TEST_F(AlterPartitionTest, UnknownPartitionsAreNamedAsSuch) {
  IsrChange change = wanted({1});
  change.topic_id = base::make_uuid(7, 7);
  EXPECT_EQ(error_of(change), ErrorCode::kUnknownTopicId);
  change = wanted({1});
  change.partition = 5;
  EXPECT_EQ(error_of(change), ErrorCode::kUnknownTopicOrPartition);
}

TEST_F(AlterPartitionTest, WhoCannotServeIsNotInSync) {
  heartbeat(3, false, true);
  EXPECT_EQ(error_of(wanted({1, 2, 3})), ErrorCode::kIneligibleReplica);
  heartbeat(3);
  IsrChange change = wanted({1, 2, 3});
  --change.isr[2].epoch;  // caught up before it began anew
  EXPECT_EQ(error_of(change), ErrorCode::kIneligibleReplica);
  change.isr[2].epoch = -1;
  EXPECT_TRUE(alter(change).ok());
}

TEST_F(AlterPartitionTest, WhoShutsDownIsNotInSync) {
  create("of3", {3});
  heartbeat(3, true);
  ASSERT_TRUE(image->broker(3)->in_controlled_shutdown);
  EXPECT_EQ(error_of(wanted({1, 2, 3})), ErrorCode::kIneligibleReplica);
}

TEST_F(AlterPartitionTest, AnUncleanLeaderSaysWhenItHasRecovered) {
  IsrChange change = wanted({1});
  change.recovery_state = 1;
  EXPECT_EQ(error_of(change), ErrorCode::kInvalidRequest);  // it was never elected uncleanly
  alter(wanted({1}));
  heartbeat(1, false, true);
  ASSERT_TRUE(ask(ElectLeadersRequest{ElectionType::kUnclean, {{{"t", {0}}}}}).partitions.at(0).ok());
  ASSERT_EQ(partition("t").leader, 2);
  ASSERT_EQ(partition("t").recovery_state, 1);
  change = wanted({2, 3});
  change.recovery_state = 1;
  EXPECT_EQ(error_of(change, 2), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter(wanted({2, 3}), 2).recovery_state, 0);
  EXPECT_EQ(partition("t").recovery_state, 0);
  EXPECT_THAT(partition("t").isr, ElementsAre(2, 3));
}

TEST_F(AlterPartitionTest, OneBadPartitionLeavesTheOthersAlone) {
  create("u", {1, 2});
  IsrChange good{image->topic("u")->id, 0, 0, 0, {{1, -1}}, 0};
  IsrChange bad = wanted({1});
  bad.partition_epoch = 9;
  const AlterPartitionReply reply = ask(AlterPartitionRequest{1, epoch_of(1), {bad, good}});
  EXPECT_EQ(reply.partitions.at(0).error, ErrorCode::kNotController);
  EXPECT_TRUE(reply.partitions.at(1).ok());
  EXPECT_THAT(partition("u").isr, ElementsAre(1));
}

class AlterOldPartitionTest : public AlterPartitionTest {
 protected:
  AlterOldPartitionTest() : AlterPartitionTest(11) {}
};

TEST_F(AlterOldPartitionTest, AShrinkingIsrBumpsTheLeaderEpochBefore36) {
  const PartitionAltered now = alter(wanted({1, 2}));
  EXPECT_TRUE(now.ok()) << now.message;
  EXPECT_EQ(now.leader_epoch, 1);
  EXPECT_EQ(alter(wanted({1, 2, 3})).leader_epoch, 1);
}

}  // namespace
}  // namespace barnabas::controller
