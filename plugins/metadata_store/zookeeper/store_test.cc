#include "zookeeper_store.h"

#include <barnabas/testing/metadata_store_conformance.h>

#include "testing_world.h"

namespace barnabas::metadata_zookeeper {
namespace {

using ::testing::HasSubstr;
using testing::TestNode;

testing::RecordTexts topic(const std::string& name, std::uint64_t number, std::int32_t partitions) {
  testing::RecordTexts records{testing::topic_record(name, number)};
  for (std::int32_t i = 0; i < partitions; ++i) records.push_back(testing::partition_record(number, i));
  return records;
}

TEST(ZookeeperStore, WritesWhatKafkaWould) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  EXPECT_THAT(world.text("/controller"), HasSubstr("\"brokerid\":1"));
  EXPECT_EQ(world.text("/controller_epoch"), "1");
  EXPECT_EQ(world.text("/feature"), R"({"features":{},"version":2,"status":1})");
  ASSERT_EQ(node.propose(topic("orders", 1, 2)), sdk::Code::kOk) << node.message();
  EXPECT_EQ(world.text("/brokers/topics/orders/partitions/1/state"),
            R"({"controller_epoch":1,"leader":1,"version":1,"leader_epoch":0,"isr":[1]})");
  EXPECT_EQ(world.text("/config/topics/orders"), R"({"version":1,"config":{}})");
  ASSERT_EQ(node.open_session("h1"), sdk::Code::kOk) << node.message();
  EXPECT_THAT(world.text("/brokers/ids/1"), HasSubstr("\"host\":\"h1\""));
}

// A topic of so many partitions is written in several requests.
TEST(ZookeeperStore, ALargeTopicIsWrittenAndReadAgain) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  ASSERT_EQ(node.propose(topic("large", 1, 5000)), sdk::Code::kOk) << node.message();
  const auto lines = node.model().lines();
  node.restart();
  EXPECT_EQ(node.model().lines(), lines);
  ASSERT_EQ(node.propose({testing::remove_topic(1)}), sdk::Code::kOk) << node.message();
  EXPECT_EQ(world.text("/brokers/topics/large"), "");
}

TEST(ZookeeperStore, WhoeverDeletesTheControllerForcesAnElection) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  const std::int32_t term = node.leader().term;
  ASSERT_EQ(world.admin.wait(world.admin.multi({{zookeeper::Operation::Kind::kDelete, world.chroot + "/controller"}})), ZOK);
  ASSERT_TRUE(world.run_until([&] { return node.leads() && node.leader().term > term; }));
  EXPECT_EQ(node.propose(topic("orders", 1, 1)), sdk::Code::kOk) << node.message();
}

// Another controller was elected, and nobody has told this one: its writes fail by the version of the epoch.
TEST(ZookeeperStore, AControllerThatWasReplacedWritesNothing) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  const std::int32_t term = node.leader().term;
  ASSERT_EQ(world.admin.wait(world.admin.set(world.chroot + "/controller_epoch", "7")), ZOK);
  EXPECT_EQ(node.propose(topic("orders", 1, 1)), sdk::Code::kFenced) << node.message();
  EXPECT_EQ(world.text("/brokers/topics/orders"), "");
  EXPECT_GE(node.count("leader"), 2u);
  EXPECT_EQ(node.await(node.begin_propose(topic("orders", 1, 1), term)), sdk::Code::kFenced);
}

TEST(ZookeeperStore, WhatOthersWriteIsTold) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  ASSERT_EQ(node.propose(topic("orders", 1, 2)), sdk::Code::kOk) << node.message();
  const auto write = [&](const std::string& path, const std::string& data) {
    int code = world.admin.wait(world.admin.create(world.chroot + path, data));
    if (code == ZNODEEXISTS) code = world.admin.wait(world.admin.set(world.chroot + path, data));
    EXPECT_EQ(code, ZOK) << path;
  };
  write("/config/topics/orders", R"({"version":1,"config":{"retention.ms":"7"}})");
  write("/config/changes/config_change_0000000077", R"({"version":2,"entity_path":"topics/orders"})");
  EXPECT_TRUE(world.run_until([&] { return node.model().config(testing::kTopicResource, "orders", "retention.ms") != nullptr; }));
  // As the tools of the time before Kafka's own requests did.
  write("/brokers/topics/older", R"({"version":1,"partitions":{"0":[1]}})");
  EXPECT_TRUE(world.run_until([&] { return node.model().lines().contains("topic older 0"); }));
  EXPECT_THAT(world.text("/brokers/topics/older"), HasSubstr("\"topic_id\""));
  write("/admin/delete_topics/orders", "");
  EXPECT_TRUE(world.run_until([&] { return !node.model().lines().contains("topic orders"); }));
  EXPECT_EQ(world.text("/brokers/topics/orders"), "");
}

TEST(ZookeeperStore, PathsAndClustersAreForTheOperator) {
  ZookeeperWorld world;
  EXPECT_EQ(world.admin.wait(world.admin.multi({{zookeeper::Operation::Kind::kDelete, world.chroot}})), ZOK);
  sdk::MetadataStore& store = world.open(1);
  sdk::MetadataIdentity identity;
  const sdk::Status status = store.identity(identity);
  EXPECT_EQ(status.code(), sdk::Code::kInvalid);
  EXPECT_THAT(std::string(status.message()), ::testing::AllOf(HasSubstr(world.chroot), HasSubstr("has to be there")));
}

TEST(ZookeeperStore, AnEnsembleThatIsAwayEndsTheStartInTime) {
  ZookeeperWorld world;
  sdk::MetadataStore& store = world.open(1);
  world.cut(store);
  sdk::MetadataIdentity identity;
  const sdk::Status status = store.identity(identity);
  EXPECT_EQ(status.code(), sdk::Code::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no session within 5000 ms"));
}

}  // namespace
}  // namespace barnabas::metadata_zookeeper

BARNABAS_METADATA_STORE_CONFORMANCE(zookeeper, [] { return std::make_unique<barnabas::metadata_zookeeper::ZookeeperWorld>(); })
