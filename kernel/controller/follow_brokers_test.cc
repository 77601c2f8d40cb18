// Leaders of partitions where the store keeps the brokers' sessions.
#include <gmock/gmock.h>

#include "kernel/controller/testing.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int16_t kLevelWithoutDirectories = 16;

class FollowTest : public Cluster {
 protected:
  FollowTest() : Cluster(kLevelWithoutDirectories, false) {}

  template <class M>
  void tell(const M& record, int version = 0) {
    const Surroundings around = surroundings();
    Draft draft(image, offset, around);
    draft.add(record, version);
    take(draft);
  }
  void comes(std::int32_t id, std::int64_t epoch) {
    wire::RegisterBrokerRecord record;
    record.broker_id = id;
    record.broker_epoch = epoch;
    record.fenced = false;
    tell(record, 2);
  }
  void goes(std::int32_t id) {
    wire::UnregisterBrokerRecord record;
    record.broker_id = id;
    record.broker_epoch = image->broker(id)->epoch;
    tell(record);
  }
  void topic(std::vector<std::int32_t> replicas, std::int32_t leader, std::int32_t epoch) {
    wire::TopicRecord topic;
    topic.name = "t";
    topic.topic_id = id;
    tell(topic);
    wire::PartitionRecord record;
    record.partition_id = 0;
    record.topic_id = id;
    record.replicas = record.isr = replicas;
    record.leader = leader;
    record.leader_epoch = record.partition_epoch = epoch;
    tell(record);
  }
  void follow() {
    ask(&follow_brokers);
    sessions.end_following(true);
  }
  const catalog::Partition& partition() { return *image->partition("t", 0); }

  const Uuid id = base::make_uuid(5, 5);
};

TEST_F(FollowTest, OfABrokerThatIsGoneAnotherReplicaTakesOver) {
  comes(2, 10);
  comes(3, 11);
  topic({2, 3}, 2, 0);
  sessions.follow(2, 10);
  sessions.follow(3, 11);
  sessions.end_following(true);
  follow();
  EXPECT_THAT(types, IsEmpty());
  goes(2);
  follow();
  EXPECT_EQ(partition().leader, 3);
  EXPECT_EQ(partition().leader_epoch, 1);
  EXPECT_THAT(partition().isr, ElementsAre(3));
  goes(3);
  follow();
  EXPECT_EQ(partition().leader, -1);
  EXPECT_THAT(partition().isr, ElementsAre(3));  // who may lead again
  follow();
  EXPECT_THAT(types, IsEmpty());
  comes(2, 20);
  follow();
  EXPECT_EQ(partition().leader, -1);
  comes(3, 21);
  follow();
  EXPECT_EQ(partition().leader, 3);
  EXPECT_EQ(partition().leader_epoch, 3);
}

// Its old process may still be writing somewhere in the old epoch.
TEST_F(FollowTest, ABrokerThatHasComeAnewLeadsInANewEpoch) {
  comes(2, 10);
  topic({2}, 2, 4);
  follow();
  EXPECT_EQ(partition().leader, 2);
  EXPECT_EQ(partition().leader_epoch, 5);
  follow();
  EXPECT_THAT(types, IsEmpty());
  comes(2, 12);
  const std::int32_t before = partition().leader_epoch;
  ask(&follow_brokers);
  sessions.end_following(false);  // it was not written
  ask(&follow_brokers);
  EXPECT_EQ(partition().leader_epoch, before + 2);
}

// What it was decided with did not fit into one proposal, so it is decided again in the next.
TEST_F(FollowTest, ALookThatIsBegunAgainSeesTheSame) {
  comes(2, 10);
  topic({2}, 2, 4);
  const Surroundings around = surroundings();
  Draft draft(image, offset, around);
  follow_brokers(draft);
  follow();
  EXPECT_EQ(partition().leader_epoch, 5);
}

TEST_F(FollowTest, ThisNodeItselfIsWaitedFor) {
  topic({1}, 1, 4);
  follow();
  EXPECT_THAT(types, IsEmpty());
  comes(1, 10);
  follow();
  EXPECT_EQ(partition().leader, 1);
  EXPECT_EQ(partition().leader_epoch, 5);
}

// What whoever made the topic has not come to write.
TEST_F(FollowTest, APartitionWithoutAStateGetsItsFirstLeader) {
  comes(2, 10);
  comes(3, 11);
  topic({4, 3, 2}, -1, -1);
  follow();
  EXPECT_EQ(partition().leader, 3);
  EXPECT_EQ(partition().leader_epoch, 0);
  EXPECT_EQ(partition().partition_epoch, 0);
  EXPECT_THAT(partition().isr, ElementsAre(3, 2));
}

TEST_F(FollowTest, MorePartitionsThanAProposalTakesAreFollowedInParts) {
  topic({2}, -1, 0);
  const Surroundings around = surroundings();
  Draft draft(image, offset, around);
  const std::vector<std::int32_t> replicas{2};
  for (std::int32_t i = 1; i < 10'005; ++i) {
    wire::PartitionRecord record;
    record.partition_id = i;
    record.topic_id = id;
    record.replicas = record.isr = replicas;
    record.leader_epoch = record.partition_epoch = 0;
    draft.add(record);
  }
  take(draft);
  comes(2, 10);
  follow();
  EXPECT_FALSE(sessions.settled());
  EXPECT_EQ(types.size(), 10'000u);
  follow();
  EXPECT_TRUE(sessions.settled());
  EXPECT_EQ(types.size(), 5u);
}

TEST_F(FollowTest, FeaturesThatTheStoreFixesStay) {
  const Surroundings around{1, "cluster", configs, sessions, host.random(), 10'000, now_ns, true};
  Draft draft(image, offset, around);
  UpdateFeaturesRequest request;
  request.updates.push_back({"metadata.version", 17, FeatureChange::kUpgrade});
  EXPECT_EQ(decide(request, draft).error, ErrorCode::kInvalidUpdateVersion);
  EXPECT_TRUE(draft.records().empty());
}

}  // namespace
}  // namespace barnabas::controller
