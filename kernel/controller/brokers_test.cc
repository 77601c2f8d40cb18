#include <gmock/gmock.h>

#include "kernel/controller/testing.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BrokersTest : public Cluster {};

TEST_F(BrokersTest, EpochIsTheOffsetOfTheRegistration) {
  const std::int64_t place = offset;
  const auto reply = register_broker(1);
  ASSERT_TRUE(reply.ok()) << reply.message;
  EXPECT_EQ(reply.epoch, place);
  EXPECT_TRUE(image->broker(1)->fenced);
  EXPECT_EQ(image->broker(1)->epoch, place);
}

TEST_F(BrokersTest, UnfencedOnceItHasItsRegistration) {
  const std::int64_t epoch = register_broker(1).epoch;
  EXPECT_TRUE(ask(BrokerHeartbeat{1, epoch, epoch - 1, false, false, {}}).fenced);
  const auto reply = ask(BrokerHeartbeat{1, epoch, epoch, false, false, {}});
  EXPECT_TRUE(reply.caught_up);
  EXPECT_FALSE(reply.fenced);
  EXPECT_THAT(types, ElementsAre(17));
  EXPECT_TRUE(image->broker(1)->active());
  heartbeat(1);
  EXPECT_THAT(types, IsEmpty());
}

TEST_F(BrokersTest, RefusesRegistrationsThatContradict) {
  up(2);
  EXPECT_EQ(register_broker(2, -1, 99).error, ErrorCode::kDuplicateBrokerRegistration);
  now_ns += 10'000'000'000;
  EXPECT_EQ(register_broker(2, -1, 99).error, ErrorCode{});  // its session was over
  BrokerRegistration other;
  other.id = 3;
  other.cluster_id = "another";
  EXPECT_EQ(ask(other).error, ErrorCode::kInconsistentClusterId);
  other.cluster_id = "cluster";
  EXPECT_EQ(ask(other).error, ErrorCode::kInvalidRegistration);  // no directories
  other.directories = {directory(2)};
  EXPECT_EQ(ask(other).error, ErrorCode::kInvalidRegistration);  // those of broker 2
  other.directories = {directory(3)};
  EXPECT_EQ(ask(other).error, ErrorCode::kUnsupportedVersion);  // without features it supports none
}

TEST_F(BrokersTest, AskingTwiceGivesTheSameEpoch) {
  const std::int64_t epoch = register_broker(1).epoch;
  EXPECT_EQ(register_broker(1).epoch, epoch);
}

TEST_F(BrokersTest, RefusesHeartbeatsOfOthers) {
  EXPECT_EQ(heartbeat(1).error, ErrorCode::kStaleBrokerEpoch);
  register_broker(1);
  EXPECT_EQ(ask(BrokerHeartbeat{1, 77, 0, false, false, {}}).error, ErrorCode::kStaleBrokerEpoch);
}

TEST_F(BrokersTest, CleanStopOfTheOnlyBrokerLeavesItEligible) {
  up(1);
  create("t", {1});
  const std::int64_t epoch = image->broker(1)->epoch;
  EXPECT_FALSE(heartbeat(1, true).should_shut_down);
  EXPECT_EQ(partition("t").leader, catalog::kNoLeader);
  EXPECT_THAT(partition("t").isr, IsEmpty());
  EXPECT_THAT(partition("t").elr, ElementsAre(1));
  EXPECT_TRUE(image->broker(1)->in_controlled_shutdown);
  EXPECT_TRUE(heartbeat(1, true).should_shut_down);
  EXPECT_TRUE(image->broker(1)->fenced);

  up(1, epoch, 2);  // starts again, with the epoch of its clean stop
  EXPECT_EQ(partition("t").leader, 1);
  EXPECT_THAT(partition("t").isr, ElementsAre(1));
  EXPECT_THAT(partition("t").elr, IsEmpty());
}

TEST_F(BrokersTest, UncleanStopOfTheOnlyBrokerElectsTheLastKnownLeader) {
  up(1);
  create("t", {1});
  const std::int32_t epoch = partition("t").leader_epoch;
  now_ns += 10'000'000'000;
  ASSERT_TRUE(register_broker(1, -1, 2).ok());
  EXPECT_EQ(partition("t").leader, catalog::kNoLeader);
  EXPECT_THAT(partition("t").isr, IsEmpty());
  EXPECT_THAT(partition("t").elr, IsEmpty());
  EXPECT_THAT(partition("t").last_known_elr, ElementsAre(1));
  ASSERT_FALSE(heartbeat(1).fenced);
  EXPECT_EQ(partition("t").leader, 1);
  EXPECT_THAT(partition("t").isr, ElementsAre(1));
  EXPECT_THAT(partition("t").last_known_elr, IsEmpty());
  EXPECT_EQ(partition("t").leader_epoch, epoch + 2);
}

TEST_F(BrokersTest, LeadersMoveWhenASessionEnds) {
  up(1);
  up(2);
  create("t", {1, 2});
  ASSERT_EQ(partition("t").leader, 1);
  now_ns += 5'000'000'000;
  heartbeat(2);
  now_ns += 5'000'000'000;
  ask(&fence_expired);
  EXPECT_TRUE(image->broker(1)->fenced);
  EXPECT_EQ(partition("t").leader, 2);
  EXPECT_THAT(partition("t").isr, ElementsAre(2));
  EXPECT_EQ(partition("t").leader_epoch, 1);
  EXPECT_EQ(partition("t").partition_epoch, 1);
}

TEST_F(BrokersTest, ShutdownWaitsUntilEverybodyHasSeenIt) {
  up(1);
  up(2);
  create("t", {1, 2});
  EXPECT_FALSE(heartbeat(1, true).should_shut_down);
  EXPECT_EQ(partition("t").leader, 2);
  EXPECT_FALSE(heartbeat(1, true).should_shut_down);
  heartbeat(2);  // has applied it now
  EXPECT_TRUE(heartbeat(1, true).should_shut_down);
}

TEST_F(BrokersTest, FewerThanMinIsrGoToTheEligibleLeaders) {
  configs.set({"min.insync.replicas", "2", {}});
  for (std::int32_t id = 1; id <= 3; ++id) up(id);
  create("t", {1, 2, 3});
  heartbeat(3, false, true);
  EXPECT_THAT(partition("t").isr, ElementsAre(1, 2));
  EXPECT_THAT(partition("t").elr, IsEmpty());
  heartbeat(2, false, true);
  EXPECT_THAT(partition("t").isr, ElementsAre(1));
  EXPECT_THAT(partition("t").elr, ElementsAre(2));
  heartbeat(1, false, true);
  EXPECT_THAT(partition("t").isr, IsEmpty());
  EXPECT_THAT(partition("t").elr, ElementsAre(2, 1));
  EXPECT_EQ(partition("t").leader, catalog::kNoLeader);
  heartbeat(3);  // not eligible
  EXPECT_EQ(partition("t").leader, catalog::kNoLeader);
  heartbeat(2);
  EXPECT_EQ(partition("t").leader, 2);
  EXPECT_THAT(partition("t").isr, ElementsAre(2));
  EXPECT_THAT(partition("t").elr, ElementsAre(1));
}

TEST_F(BrokersTest, ElectsPreferredAndUncleanLeaders) {
  up(1);
  up(2);
  create("t", {1, 2});
  const auto elect = [&](ElectionType type) { return ask(ElectLeadersRequest{type, {{{"t", {0}}}}}).partitions.at(0).error; };
  EXPECT_EQ(elect(ElectionType::kPreferred), ErrorCode::kElectionNotNeeded);
  heartbeat(1, false, true);
  EXPECT_EQ(elect(ElectionType::kPreferred), ErrorCode::kPreferredLeaderNotAvailable);
  EXPECT_EQ(elect(ElectionType::kUnclean), ErrorCode::kElectionNotNeeded);
  heartbeat(2, false, true);
  EXPECT_EQ(elect(ElectionType::kUnclean), ErrorCode::kEligibleLeadersNotAvailable);
  heartbeat(1);  // not in sync: leads only by an unclean election
  ASSERT_EQ(partition("t").leader, catalog::kNoLeader);
  EXPECT_EQ(elect(ElectionType::kUnclean), ErrorCode{});
  EXPECT_EQ(partition("t").leader, 1);
  EXPECT_EQ(partition("t").recovery_state, 1);
  EXPECT_EQ(ask(ElectLeadersRequest{ElectionType::kPreferred, {{{"u", {0}}, {"t", {4}}}}}).partitions.at(1).error,
            ErrorCode::kUnknownTopicOrPartition);
  EXPECT_THAT(ask(ElectLeadersRequest{ElectionType::kPreferred, {}}).partitions, IsEmpty());
  const auto unknown = ask(ElectLeadersRequest{static_cast<ElectionType>(7), {{{"t", {0}}}}});
  EXPECT_EQ(unknown.error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(unknown.partitions.at(0).message, "Unknown election type 7");
}

TEST_F(BrokersTest, LevelsThatNobodyHereHasKeepNobodyOut) {
  ASSERT_EQ(image->feature("transaction.version"), 2);
  BrokerRegistration request;
  request.id = 7;
  request.cluster_id = "cluster";
  request.directories.push_back(directory(7));
  for (const auto& f : catalog::served_features()) request.features.push_back({std::string(f.name), f.min_level, f.max_level});
  EXPECT_TRUE(ask(request).ok());
  std::ranges::find(request.features, "group.version", &catalog::FeatureRange::name)->max_level = 0;
  EXPECT_EQ(ask(request).error, ErrorCode::kUnsupportedVersion);
}

TEST_F(BrokersTest, ProducerIdsComeInBlocks) {
  up(1);
  const std::int64_t epoch = image->broker(1)->epoch;
  EXPECT_EQ(ask(ProducerIdsRequest{1, epoch}).first, 0);
  const auto second = ask(ProducerIdsRequest{1, epoch});
  EXPECT_EQ(second.first, 1000);
  EXPECT_EQ(second.count, 1000);
  EXPECT_EQ(ask(ProducerIdsRequest{1, epoch + 1}).error, ErrorCode::kStaleBrokerEpoch);
  EXPECT_EQ(ask(ProducerIdsRequest{2, 0}).error, ErrorCode::kStaleBrokerEpoch);
}

TEST_F(BrokersTest, ReplicasInFailedDirectoriesLeadNoLonger) {
  up(1);
  up(2);
  BrokerRegistration two;
  two.id = 3;
  two.cluster_id = "cluster";
  for (const auto& f : catalog::supported_features()) two.features.push_back({std::string(f.name), f.min_level, f.max_level});
  two.directories = {base::make_uuid(0xd1, 31), base::make_uuid(0xd1, 32)};
  const std::int64_t epoch = ask(two).epoch;
  heartbeat(3);
  create("t", {3, 2});
  const Uuid failed = partition("t").directories[0];
  ask(BrokerHeartbeat{3, epoch, offset, false, false, {failed}});
  EXPECT_EQ(partition("t").leader, 2);
  EXPECT_EQ(image->broker(3)->directories.size(), 1u);
}

class WithoutElrTest : public Cluster {
 protected:
  WithoutElrTest() : Cluster(21) {}
};

TEST_F(WithoutElrTest, LastReplicaStaysInTheIsr) {
  up(1);
  create("t", {1});
  heartbeat(1, true);
  EXPECT_EQ(partition("t").leader, catalog::kNoLeader);
  EXPECT_THAT(partition("t").isr, ElementsAre(1));
  EXPECT_TRUE(heartbeat(1, true).should_shut_down);
  up(1, -1, 2);
  EXPECT_EQ(partition("t").leader, 1);
}

}  // namespace
}  // namespace barnabas::controller
