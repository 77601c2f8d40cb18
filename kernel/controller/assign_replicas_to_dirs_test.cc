#include <gmock/gmock.h>

#include "kernel/controller/testing.h"

namespace barnabas::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DirectoriesTest : public Cluster {
 protected:
  explicit DirectoriesTest(std::int16_t level = catalog::kLatestMetadataLevel) : Cluster(level) {}
  void SetUp() override {
    Cluster::SetUp();
    up(1);
    register_with({first, second});
    heartbeat(2);
    create("t", {2, 1});
    placed = partition("t").directories.empty() ? Uuid() : partition("t").directories[0];
    other = placed == first ? second : first;
  }
  void register_with(std::vector<Uuid> directories) {
    BrokerRegistration two;
    two.id = 2;
    two.cluster_id = "cluster";
    for (const auto& f : catalog::supported_features()) two.features.push_back({std::string(f.name), f.min_level, f.max_level});
    two.directories = std::move(directories);
    ASSERT_TRUE(ask(two).ok());
  }
  AssignReplicasToDirsReply assign(const Uuid& directory, std::string_view topic = "t", std::int32_t index = 0, std::int32_t broker = 2) {
    const catalog::Topic* found = image->topic(topic);
    return ask(AssignReplicasToDirsRequest{
        broker, image->broker(broker)->epoch, {{directory, found == nullptr ? base::make_uuid(7, 7) : found->id, index}}});
  }

  const Uuid first = base::make_uuid(0xd1, 21);
  const Uuid second = base::make_uuid(0xd1, 22);
  Uuid placed;
  Uuid other;
};

TEST_F(DirectoriesTest, AReplicaIsWhereItsBrokerSays) {
  EXPECT_TRUE(assign(other).replicas.at(0).ok());
  EXPECT_THAT(types, ElementsAre(5));
  EXPECT_THAT(partition("t").directories, ElementsAre(other, directory(1)));
  EXPECT_EQ(partition("t").leader, 2);
  EXPECT_EQ(partition("t").leader_epoch, 0);
  EXPECT_TRUE(assign(other).replicas.at(0).ok());
  EXPECT_THAT(types, IsEmpty());  // said before
}

TEST_F(DirectoriesTest, TheRequestIsOfARegisteredBroker) {
  const Uuid id = image->topic("t")->id;
  EXPECT_EQ(ask(AssignReplicasToDirsRequest{2, 999, {{other, id, 0}}}).error, ErrorCode::kStaleBrokerEpoch);
  EXPECT_EQ(ask(AssignReplicasToDirsRequest{9, 0, {{other, id, 0}}}).error, ErrorCode::kStaleBrokerEpoch);
  EXPECT_THAT(types, IsEmpty());
}

TEST_F(DirectoriesTest, EachPartitionHasItsOwnError) {
  up(3);
  EXPECT_EQ(assign(other, "u").replicas.at(0).error, ErrorCode::kUnknownTopicId);
  EXPECT_EQ(assign(other, "t", 4).replicas.at(0).error, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(assign(directory(3), "t", 0, 3).replicas.at(0).error, ErrorCode::kNotLeaderOrFollower);
  EXPECT_THAT(types, IsEmpty());
}

TEST_F(DirectoriesTest, AReplicaInADirectoryThatIsGoneLeadsNoLonger) {
  EXPECT_TRUE(assign(base::make_uuid(0xd1, 99)).replicas.at(0).ok());
  EXPECT_EQ(partition("t").leader, 1);
  EXPECT_THAT(partition("t").isr, ElementsAre(1));
  EXPECT_EQ(partition("t").partition_epoch, 1);
}

TEST_F(DirectoriesTest, ALostReplicaIsNotElectedAgain) {
  create("alone", {2});
  EXPECT_TRUE(assign(catalog::kLostDirectory, "alone").replicas.at(0).ok());
  EXPECT_EQ(partition("alone").leader, catalog::kNoLeader);
  heartbeat(2, false, true);
  heartbeat(2);
  EXPECT_EQ(partition("alone").leader, catalog::kNoLeader);
  EXPECT_TRUE(assign(other, "alone").replicas.at(0).ok());
  EXPECT_EQ(partition("alone").leader, 2);
}

TEST_F(DirectoriesTest, AFailedDirectoryLeadsNotWhenItsBrokerComesBack) {
  create("alone", {2});
  const Uuid failed = partition("alone").directories[0];
  ask(BrokerHeartbeat{2, image->broker(2)->epoch, offset, false, false, {failed}});
  ASSERT_EQ(partition("alone").leader, catalog::kNoLeader);
  heartbeat(2, false, true);
  ASSERT_FALSE(heartbeat(2).fenced);
  EXPECT_EQ(partition("alone").leader, catalog::kNoLeader);
}

class WithoutDirectoriesTest : public DirectoriesTest {
 protected:
  WithoutDirectoriesTest() : DirectoriesTest(16) {}
};

TEST_F(WithoutDirectoriesTest, NothingIsNoted) {
  EXPECT_EQ(assign(other).error, ErrorCode::kUnsupportedVersion);
  EXPECT_THAT(types, IsEmpty());
}

}  // namespace
}  // namespace barnabas::controller
