#include <gmock/gmock.h>

#include "kernel/controller/testing.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TopicsTest : public Cluster {
 protected:
  void SetUp() override {
    Cluster::SetUp();
    up(1);
  }
  ErrorCode error_of(TopicSpec spec) { return create(std::move(spec)).error; }
  static TopicSpec spec(std::string name, std::int32_t partitions = 1, std::int16_t replication = 1) {
    TopicSpec spec;
    spec.name = std::move(name);
    spec.partitions = partitions;
    spec.replication = replication;
    return spec;
  }
};

TEST_F(TopicsTest, CreatesATopicAsKafkaWritesIt) {
  TopicSpec wanted = spec("t", 2);
  wanted.configs = {{"min.insync.replicas", "1"}};
  const TopicCreated made = create(wanted);
  ASSERT_TRUE(made.ok()) << made.message;
  EXPECT_THAT(types, ElementsAre(2, 4, 28, 3, 3));  // topic, config, clear ELR, two partitions
  EXPECT_EQ(made.partitions, 2);
  EXPECT_EQ(made.replication, 1);
  const catalog::Topic* topic = image->topic("t");
  ASSERT_NE(topic, nullptr);
  EXPECT_EQ(topic->id, made.id);
  EXPECT_EQ(partition("t", 1).leader, 1);
  EXPECT_EQ(partition("t", 1).leader_epoch, 0);
  EXPECT_EQ(partition("t", 1).partition_epoch, 0);
  EXPECT_THAT(partition("t", 1).isr, ElementsAre(1));
  EXPECT_THAT(partition("t", 1).directories, ElementsAre(directory(1)));
}

TEST_F(TopicsTest, DefaultsComeFromTheConfiguration) {
  configs.set({"num.partitions", "3", {}});
  const TopicCreated made = create(spec("t", -1, -1));
  EXPECT_EQ(made.partitions, 3);
  EXPECT_EQ(made.replication, 1);
}

TEST_F(TopicsTest, RefusesWhatKafkaRefuses) {
  EXPECT_EQ(error_of(spec("")), ErrorCode::kInvalidTopicException);
  EXPECT_EQ(error_of(spec("..")), ErrorCode::kInvalidTopicException);
  EXPECT_EQ(error_of(spec("__cluster_metadata")), ErrorCode::kTopicAuthorizationFailed) << "its folder is the metadata log's";
  EXPECT_EQ(error_of(spec("a b")), ErrorCode::kInvalidTopicException);
  EXPECT_EQ(error_of(spec(std::string(250, 'a'))), ErrorCode::kInvalidTopicException);
  EXPECT_EQ(error_of(spec(std::string(249, 'a'))), ErrorCode{});
  EXPECT_EQ(error_of(spec("t", 0)), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(error_of(spec("t", -2)), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(error_of(spec("t", 1, 0)), ErrorCode::kInvalidReplicationFactor);
  EXPECT_EQ(error_of(spec("t", 1, 2)), ErrorCode::kInvalidReplicationFactor);
  EXPECT_EQ(error_of(spec("t", 10'001)), ErrorCode::kPolicyViolation);
  EXPECT_EQ(error_of(spec("t", 10'000)), ErrorCode::kPolicyViolation);  // with the topic's own record one too many
  TopicSpec bad = spec("t");
  bad.configs = {{"retention.ms", "soon"}};
  EXPECT_EQ(error_of(bad), ErrorCode::kInvalidConfig);
  bad.configs = {{"no.such.key", "1"}};
  EXPECT_EQ(error_of(bad), ErrorCode::kInvalidConfig);
  EXPECT_THAT(types, IsEmpty());
  EXPECT_EQ(image->topic("t"), nullptr);
}

TEST_F(TopicsTest, NamesThatDifferInDotsCollide) {
  ASSERT_EQ(error_of(spec("a.b")), ErrorCode{});
  const TopicCreated refused = create(spec("a_b"));
  EXPECT_EQ(refused.error, ErrorCode::kInvalidTopicException);
  EXPECT_THAT(refused.message, HasSubstr("collides with existing topic: a.b"));
  EXPECT_EQ(error_of(spec("a.b")), ErrorCode::kTopicAlreadyExists);
}

TEST_F(TopicsTest, OneBadTopicDoesNotStopTheOthers) {
  const auto reply = ask(CreateTopicsRequest{{spec("a"), spec("b", 0), spec("c"), spec("d"), spec("d")}, false});
  EXPECT_EQ(reply.topics[0].error, ErrorCode{});
  EXPECT_EQ(reply.topics[1].error, ErrorCode::kInvalidPartitions);
  EXPECT_EQ(reply.topics[2].error, ErrorCode{});
  EXPECT_EQ(reply.topics[3].error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(reply.topics[4].error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(image->topic_count(), 2u);
}

TEST_F(TopicsTest, ValidateOnlyWritesNothing) {
  const auto reply = ask(CreateTopicsRequest{{spec("a", 4)}, true});
  EXPECT_TRUE(reply.topics[0].ok());
  EXPECT_EQ(reply.topics[0].partitions, 4);
  EXPECT_THAT(types, IsEmpty());
  EXPECT_EQ(image->topic("a"), nullptr);
}

TEST_F(TopicsTest, ChecksAssignmentsByHand) {
  up(2);
  TopicSpec wanted = spec("t", -1, -1);
  wanted.assignments = {{0, {1, 2}}, {1, {2, 1}}};
  ASSERT_TRUE(create(wanted).ok());
  EXPECT_EQ(partition("t", 1).leader, 2);
  const auto refused = [&](std::vector<Assignment> assignments) {
    TopicSpec bad = spec("u", -1, -1);
    bad.assignments = std::move(assignments);
    return create(bad).error;
  };
  EXPECT_EQ(refused({{0, {}}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(refused({{0, {7}}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(refused({{0, {1, 1}}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(refused({{0, {1}}, {2, {1}}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(refused({{0, {1}}, {0, {1}}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(refused({{0, {1, 2}}, {1, {1}}}), ErrorCode::kInvalidReplicaAssignment);
  wanted.partitions = 2;
  wanted.name = "v";
  EXPECT_EQ(create(wanted).error, ErrorCode::kInvalidRequest);
}

TEST_F(TopicsTest, NoTopicWithoutABroker) {
  heartbeat(1, false, true);
  const TopicCreated refused = create(spec("t"));
  EXPECT_EQ(refused.error, ErrorCode::kInvalidReplicationFactor);
  EXPECT_THAT(refused.message, HasSubstr("All brokers are currently fenced"));
}

TEST_F(TopicsTest, ThePlacementIsToldOfTheClusterAndFollowed) {
  ASSERT_TRUE(register_broker(2, -1, 1, "west").ok());
  heartbeat(2);
  ASSERT_TRUE(register_broker(3).ok());  // fenced
  create("by_hand", {2, 1});
  ASSERT_TRUE(create(spec("t", 2, 3)).ok());
  EXPECT_EQ(placement.told, (std::vector<InTurn::Told>{{1, "", false, 1, 0}, {2, "west", false, 1, 1}, {3, "", true, 0, 0}}));
  EXPECT_THAT(partition("t", 0).replicas, ElementsAre(1, 2, 3));
  EXPECT_THAT(partition("t", 1).replicas, ElementsAre(2, 1, 3));
  EXPECT_THAT(partition("t", 1).isr, ElementsAre(2, 1));
  EXPECT_EQ(partition("t", 1).leader, 2);
}

TEST_F(TopicsTest, APlacementThatIsWrongIsNeverWritten) {
  placement.broken = true;
  const TopicCreated refused = create(spec("t"));
  EXPECT_EQ(refused.error, ErrorCode::kUnknownServerError);
  EXPECT_EQ(refused.message, "placement 'in_turn' places a replica on broker 1000, which takes none");
  EXPECT_THAT(types, IsEmpty());
}

TEST_F(TopicsTest, BrokersThatTakeNothingNewAreNoCandidates) {
  BrokerRegistration full;
  full.id = 2;
  full.cluster_id = "cluster";
  for (const auto& f : catalog::supported_features()) full.features.push_back({std::string(f.name), f.min_level, f.max_level});
  full.directories = {directory(2)};
  full.cordoned_directories = full.directories;
  ASSERT_TRUE(ask(full).ok());
  heartbeat(2);
  ASSERT_TRUE(create(spec("t")).ok());
  ASSERT_EQ(placement.told.size(), 1u);
  EXPECT_THAT(create(spec("u", 1, 2)).message, HasSubstr("only 1 broker(s) are registered"));
}

TEST_F(TopicsTest, DeletesByNameAndById) {
  const Uuid a = create(spec("a")).id;
  create(spec("b"));
  create(spec("c"));
  const auto reply =
      ask(DeleteTopicsRequest{{{"b", {}}, {std::nullopt, a}, {"x", {}}, {std::nullopt, base::make_uuid(5, 5)}, {"c", {}}, {"c", {}}}});
  EXPECT_TRUE(reply.topics[0].ok());
  EXPECT_TRUE(reply.topics[1].ok());
  EXPECT_EQ(reply.topics[1].name, "a");
  EXPECT_EQ(reply.topics[2].error, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(reply.topics[3].error, ErrorCode::kUnknownTopicId);
  EXPECT_EQ(reply.topics[4].error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(image->topic_count(), 1u);
}

TEST_F(TopicsTest, DeletesWhatIsNamedInOneWayOnly) {
  const Uuid a = create(spec("a")).id;
  const auto reply = ask(DeleteTopicsRequest{{{"a", a}, {std::nullopt, {}}}});
  EXPECT_EQ(reply.topics[0].error, ErrorCode::kInvalidRequest);
  EXPECT_EQ(reply.topics[1].error, ErrorCode::kInvalidRequest);
  EXPECT_NE(image->topic("a"), nullptr);
}

TEST_F(TopicsTest, DeletionCanBeSwitchedOff) {
  create(spec("a"));
  configs.set({"delete.topic.enable", "false", {}});
  EXPECT_EQ(ask(DeleteTopicsRequest{{{"a", {}}}}).topics[0].error, ErrorCode::kTopicDeletionDisabled);
  EXPECT_NE(image->topic("a"), nullptr);
}

TEST_F(TopicsTest, AddsPartitions) {
  create(spec("t", 2));
  const auto grow = [&](std::string topic, std::int32_t count, std::optional<std::vector<std::vector<std::int32_t>>> assignments = {}) {
    return ask(CreatePartitionsRequest{{{std::move(topic), count, std::move(assignments)}}, false}).topics[0].error;
  };
  EXPECT_EQ(grow("t", 3), ErrorCode{});
  EXPECT_EQ(image->topic("t")->partition_count(), 3);
  EXPECT_EQ(grow("t", 3), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(grow("t", 1), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(grow("u", 1), ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(grow("t", 5, {{{1}}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(grow("t", 4, {{{9}}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(grow("t", 4, {{{1}}}), ErrorCode{});
  EXPECT_EQ(partition("t", 3).leader, 1);
}

class OldLevelTest : public Cluster {
 protected:
  OldLevelTest() : Cluster(7) {}
};

TEST_F(OldLevelTest, WritesNoDirectoriesAndNoEligibleLeaders) {
  up(1);
  TopicSpec spec;
  spec.name = "t";
  spec.configs = {{"min.insync.replicas", "1"}};
  ASSERT_TRUE(create(spec).ok());
  EXPECT_THAT(types, ElementsAre(2, 4, 3));
  EXPECT_THAT(partition("t").directories, IsEmpty());
}

}  // namespace
}  // namespace barnabas::controller
