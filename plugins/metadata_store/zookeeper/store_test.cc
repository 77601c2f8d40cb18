#include "zookeeper_store.h"

#include <barnabas/testing/metadata_recorder.h>
#include <barnabas/testing/metadata_store_conformance.h>

#include "testing_world.h"

#ifdef __SANITIZE_THREAD__
// The C library has static buffers in which it prints addresses, for a log that is switched off.
extern "C" const char* __tsan_default_suppressions() { return "called_from_lib:libzookeeper_mt.so\n"; }
#endif

// ZooKeeper's own library forgets requests that are under way when it is closed, now and then: what hangs on them is not ours to free.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() { return "leak:libzookeeper_mt"; }

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
  world.put("/config/topics/orders", R"({"version":1,"config":{"retention.ms":"7"}})");
  world.put("/config/changes/config_change_0000000077", R"({"version":2,"entity_path":"topics/orders"})");
  EXPECT_TRUE(world.run_until([&] { return node.model().config(testing::kTopicResource, "orders", "retention.ms") != nullptr; }));
  // As the tools of the time before Kafka's own requests did.
  world.put("/brokers/topics/older", R"({"version":1,"partitions":{"0":[1]}})");
  EXPECT_TRUE(world.run_until([&] { return node.model().lines().contains("topic older 0"); }));
  EXPECT_THAT(world.text("/brokers/topics/older"), HasSubstr("\"topic_id\""));
  world.put("/admin/delete_topics/orders", "");
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

TEST(ZookeeperStore, TyposInTheServersAreForTheOperator) {
  ZookeeperWorld world;
  world.connect = "127.0.0.1:2181;127.0.0.1:2182";
  sdk::MetadataStore& store = world.open(1);
  sdk::MetadataIdentity identity;
  for (const sdk::Status& status : {store.identity(identity), store.format({TestNode::kCluster, 1, nullptr, 0, 0, {}})}) {
    EXPECT_EQ(status.code(), sdk::Code::kInvalid);
    EXPECT_THAT(std::string(status.message()), HasSubstr("'127.0.0.1:2181;127.0.0.1:2182' has no port"));
  }
  TestNode node(world);
  EXPECT_EQ(node.await(node.begin_start("")), sdk::Code::kInvalid);
}

// An ensemble on which Apache Kafka has just begun, with nothing of ours.
TEST(ZookeeperStore, WhoeverIsRefusedHasWrittenNothing) {
  ZookeeperWorld world;
  for (const char* folder : {"/cluster", "/brokers", "/brokers/ids"}) world.put(folder, "");
  world.put("/cluster/id", R"({"version":"1","id":"MkU3OEVBNTcwNTJENDM2Qg"})");
  world.put("/brokers/ids/2", ZookeeperWorld::kForeignBroker);
  const std::string content = world.content();
  TestNode node(world);
  EXPECT_EQ(node.await(node.begin_start("")), sdk::Code::kInvalid);
  EXPECT_THAT(node.message(), HasSubstr("broker 2 is registered (h:9092)"));
  EXPECT_EQ(world.content(), content);
  TestNode other(world);
  EXPECT_EQ(other.await(other.begin_start("an_other_clusters_id_x")), sdk::Code::kInvalid);
  EXPECT_THAT(other.message(), HasSubstr("has cluster MkU3OEVBNTcwNTJENDM2Qg"));
  EXPECT_EQ(world.content(), content);
}

// Whoever says which node it is hears of it before it has written anything anywhere.
TEST(ZookeeperStore, ItsIdentitySaysWhatAStartWould) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  node.stop();
  sdk::MetadataIdentity identity;
  identity.node_id = 1;
  EXPECT_TRUE(world.open(1).identity(identity));
  EXPECT_EQ(identity.node_id, -1);
  world.put("/brokers/ids/2", ZookeeperWorld::kForeignBroker);
  identity.node_id = 2;
  EXPECT_TRUE(world.open(2).identity(identity)) << "the session of a node that was stopped may end";
  identity.node_id = 1;
  const sdk::Status status = world.open(1).identity(identity);
  EXPECT_EQ(status.code(), sdk::Code::kInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("broker 2 is registered"));
}

// Which of the two is right, nobody knows: the second one waits as long as a session lives, and changes nothing.
TEST(ZookeeperStore, ASecondBrokerOfOneIdHasWrittenNothing) {
  ZookeeperWorld world;
  world.put("/brokers", "");
  world.put("/brokers/ids", "");
  world.put("/brokers/ids/1", ZookeeperWorld::kForeignBroker);
  world.put("/cluster", "");
  world.put("/cluster/id", R"({"version":"1","id":"MkU3OEVBNTcwNTJENDM2Qg"})");
  const std::string content = world.content();
  TestNode node(world);
  EXPECT_EQ(node.await(node.begin_start("")), sdk::Code::kExists);
  EXPECT_THAT(node.message(), HasSubstr("another session has the broker id 1"));
  EXPECT_EQ(world.content(), content);
}

TEST(ZookeeperStore, ABrokerOfAnotherMakeThatComesLaterIsNamed) {
  ZookeeperWorld world;
  TestNode one(world, 1);
  one.start();
  ASSERT_EQ(one.open_session("h1"), sdk::Code::kOk) << one.message();
  TestNode two(world, 2);
  two.start();
  ASSERT_EQ(two.open_session("h2"), sdk::Code::kOk) << two.message();
  EXPECT_TRUE(world.run_until([&] { return one.model().brokers().contains(2); }));
  EXPECT_THAT(world.host.warnings(), ::testing::IsEmpty()) << "brokers of ours are none of another make";
  world.put("/brokers/ids/3", ZookeeperWorld::kForeignBroker);
  ASSERT_TRUE(world.run_until([&] { return !world.host.warnings().empty(); }));
  EXPECT_THAT(world.host.warnings().back(), HasSubstr("broker 3 is registered (h:9092) and is none of Barnabas"));
  EXPECT_EQ(world.host.warnings().size(), 1u);
}

TEST(ZookeeperStore, WhoeverOnlyReadsIsToldEverythingAndLeavesNothing) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  ASSERT_EQ(node.propose(topic("orders", 1, 3)), sdk::Code::kOk) << node.message();
  ASSERT_EQ(node.propose({testing::config_record(testing::kTopicResource, "orders", "retention.ms", "7")}), sdk::Code::kOk);
  ASSERT_EQ(node.open_session("h1"), sdk::Code::kOk) << node.message();
  const std::string content = world.content();
  sdk::MetadataStore& store = world.open(9);
  auto* reader = static_cast<sdk::MetadataReader*>(store.find(sdk::MetadataReader::kId));
  ASSERT_NE(reader, nullptr);
  testing::MetadataRecorder told;
  const sdk::Status status = reader->read(told);
  ASSERT_TRUE(status) << std::string(status.message());
  EXPECT_EQ(told.events, (std::vector<std::string>{"snapshot", "batch", "snapshot end", "leader"}));
  testing::MetadataModel model;
  model.apply_all(told.records);
  EXPECT_EQ(model, node.model());
  EXPECT_TRUE(model.brokers().contains(1));
  EXPECT_EQ(told.leader.node_id, 1);
  EXPECT_EQ(told.leader.term, node.leader().term);
  EXPECT_FALSE(told.leader.is_self);
  EXPECT_EQ(world.content(), content);
  EXPECT_TRUE(node.leads());
}

TEST(ZookeeperStore, WhereThereIsNoClusterThereIsNothingToRead) {
  ZookeeperWorld world;
  auto* reader = static_cast<sdk::MetadataReader*>(world.open(9).find(sdk::MetadataReader::kId));
  testing::MetadataRecorder told;
  EXPECT_EQ(reader->read(told).code(), sdk::Code::kNotFound);
  EXPECT_THAT(told.events, ::testing::IsEmpty());
}

TEST(ZookeeperStore, NodesOfAnotherUserAreForTheOperator) {
  ZookeeperWorld world;
  world.auth = "anna:right";
  {
    TestNode node(world);
    node.start();
    ASSERT_EQ(node.propose(topic("orders", 1, 1)), sdk::Code::kOk) << node.message();
  }
  EXPECT_EQ(world.text("/brokers/topics/orders"), "");  // whoever has not said who it is sees nothing
  world.auth = "anna:wrong";
  sdk::MetadataStore& store = world.open(1);
  sdk::MetadataIdentity identity;
  const sdk::Status status = store.identity(identity);
  EXPECT_EQ(status.code(), sdk::Code::kInvalid);
  EXPECT_THAT(std::string(status.message()), ::testing::AllOf(HasSubstr("/cluster/id"), HasSubstr("another user"), HasSubstr("auth")));
  TestNode stranger(world);
  EXPECT_EQ(stranger.await(stranger.begin_start("")), sdk::Code::kInvalid);
  world.auth = "anna:right";
  TestNode again(world);
  again.start();
  EXPECT_TRUE(again.model().lines().contains("topic orders"));
}

// The ensemble gives sessions at least 400 ms, and the one of a process that has died is waited for as long.
TEST(ZookeeperStore, TheSessionOfADeadProcessIsWaitedForAsLongAsItLives) {
  ZookeeperWorld world;
  world.session_ms = 100;
  TestNode node(world);
  node.start();
  ASSERT_EQ(node.open_session("h1"), sdk::Code::kOk) << node.message();
  // While something is being looked at that was just told.
  world.cut(node.store());
  node.vanish();
  TestNode next(world);
  next.start();
  EXPECT_EQ(next.open_session("h1"), sdk::Code::kOk) << next.message();
}

// Somebody damages a node: nothing changes until it is mended, and nobody has to begin anew.
TEST(ZookeeperStore, DamageWhileItRunsIsWaitedOut) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  ASSERT_EQ(node.propose(topic("orders", 1, 1)), sdk::Code::kOk) << node.message();
  const std::string path = world.chroot + "/brokers/topics/orders";
  const std::string right = world.text("/brokers/topics/orders");
  ASSERT_EQ(world.admin.wait(world.admin.set(path, "{")), ZOK);
  ASSERT_TRUE(world.run_until([&] { return !world.host.warnings().empty(); }));
  EXPECT_THAT(world.host.warnings().back(), HasSubstr("/brokers/topics/orders"));
  EXPECT_EQ(node.propose(topic("later", 2, 1)), sdk::Code::kUnavailable);
  ASSERT_EQ(world.admin.wait(world.admin.set(path, right)), ZOK);
  EXPECT_TRUE(world.run_until([&] { return node.propose(topic("later", 2, 1)) == sdk::Code::kOk; }));
  EXPECT_EQ(node.count("failed"), 0u);
  EXPECT_TRUE(node.model().lines().contains("topic orders"));
}

TEST(ZookeeperStore, ASessionThatEndsUnderProposalsLeavesWholeTopics) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  std::vector<testing::Ending*> endings;
  const std::int32_t term = node.leader().term;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    if (i == 10) world.cut(node.store());
    endings.push_back(&node.begin_propose(topic("t" + std::to_string(i), i, 3)));
  }
  world.expire(node.store());
  for (testing::Ending* ending : endings) {
    const sdk::Code code = node.await(*ending);
    EXPECT_THAT(code, ::testing::AnyOf(sdk::Code::kOk, sdk::Code::kUnknown, sdk::Code::kUnavailable, sdk::Code::kFenced)) << node.message();
  }
  ASSERT_TRUE(world.run_until([&] { return node.leads() && node.leader().term > term; }));
  const auto lines = node.model().lines();
  for (std::size_t i = 0; i < endings.size(); ++i) {
    const std::string name = "t" + std::to_string(i + 1);
    const bool is_there = lines.contains("topic " + name);
    if (endings[i]->code == sdk::Code::kOk) {
      EXPECT_TRUE(is_there) << name;
    }
    EXPECT_EQ(lines.contains("topic " + name + " 2"), is_there) << name;
  }
  node.restart();
  EXPECT_EQ(node.model().lines(), lines);
}

TEST(ZookeeperStore, ANodeThatNoServerTakesIsRefusedAndWritesNothing) {
  ZookeeperWorld world;
  TestNode node(world);
  node.start();
  ASSERT_EQ(node.propose(topic("orders", 1, 1)), sdk::Code::kOk) << node.message();
  const std::string content = world.content();
  testing::RecordTexts large;
  for (int i = 0; i < 50; ++i)
    large.push_back(testing::config_record(testing::kTopicResource, "orders", "a" + std::to_string(i), std::string(20'000, 'x')));
  EXPECT_EQ(node.propose(large), sdk::Code::kExhausted);
  EXPECT_THAT(node.message(), HasSubstr("/config/topics/orders"));
  EXPECT_EQ(world.content(), content);
  EXPECT_EQ(node.propose(topic("later", 2, 1)), sdk::Code::kOk) << node.message();
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
