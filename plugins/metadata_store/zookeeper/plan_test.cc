#include "plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_settings.h"
#include "testing_tree.h"
#include "topic_draft.h"

namespace barnabas::metadata_zookeeper {
namespace {

using record::FramedRecords;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::int32_t kEpoch = 4;

std::vector<std::string> lines(const std::vector<Operations>& requests) {
  constexpr std::string_view kWords[] = {"create", "set", "delete", "check"};
  std::vector<std::string> lines;
  for (const Operations& request : requests)
    for (const Operation& operation : request) {
      std::string& line = lines.emplace_back(kWords[static_cast<std::size_t>(operation.kind)]);
      line += ' ' + operation.path + (operation.is_numbered ? "#" : "");
      if (operation.version >= 0) line += " v" + std::to_string(operation.version);
      if (operation.kind != Operation::Kind::kDelete && operation.has_data) line += ' ' + operation.data;
    }
  return lines;
}

class PlanTest : public ::testing::Test {
 protected:
  void topic(std::string_view name, const Uuid& id, std::int32_t first, std::int32_t end) {
    if (first == 0) {
      wire::TopicRecord record;
      record.name = name;
      record.topic_id = id;
      records.add(record);
    }
    const Ids replicas{1};
    for (std::int32_t i = first; i < end; ++i) {
      wire::PartitionRecord record;
      record.partition_id = i;
      record.topic_id = id;
      record.replicas = record.isr = replicas;
      record.leader = 1;
      record.leader_epoch = record.partition_epoch = 0;
      records.add(record);
    }
  }
  void change(const Uuid& id, std::int32_t partition, std::int32_t leader, const Ids& isr) {
    wire::PartitionChangeRecord record;
    record.partition_id = partition;
    record.topic_id = id;
    record.leader = leader;
    record.isr = std::span<const std::int32_t>(isr);
    records.add(record);
  }
  void remove(const Uuid& id) {
    wire::RemoveTopicRecord record;
    record.topic_id = id;
    records.add(record);
  }
  void config(Resource type, std::string_view name, std::string_view key, std::optional<std::string_view> value) {
    wire::ConfigRecord record;
    record.resource_type = static_cast<std::int8_t>(type);
    record.resource_name = name;
    record.name = key;
    record.value.reset();
    if (value) record.value = *value;
    records.add(record);
  }
  std::vector<Operations> planned() {
    auto requests = plan(records.views(), tree, kEpoch);
    EXPECT_TRUE(requests.ok()) << message_of(requests.status());
    return requests.ok() ? *std::move(requests) : std::vector<Operations>();
  }
  std::string refusal() {
    const auto requests = plan(records.views(), tree, kEpoch);
    records.clear();
    return requests.ok() ? "planned" : std::string(message_of(requests.status()));
  }
  // Whoever reads the tree afterwards learns what whoever was told the records did.
  void expect_same() {
    const ImagePtr told = with(*image_of(tree), records);
    const auto requests = planned();
    EXPECT_TRUE(put_all(requests, tree).ok());
    EXPECT_EQ(contents(*image_of(tree)), contents(*told));
    records.clear();
  }

  const Uuid id = base::make_uuid(7, 8);
  Tree tree = tree_of(golden_tree("both.tsv"));
  FramedRecords records;
};

TEST_F(PlanTest, ATopicIsMadeAsKafkaMakesIt) {
  topic("fresh", id, 0, 2);
  config(Resource::kTopic, "fresh", "retention.ms", "5");
  EXPECT_THAT(
      lines(planned()),
      ::testing::ElementsAre(
          R"(create /config/topics/fresh {"version":1,"config":{"retention.ms":"5"}})",
          "create /brokers/topics/fresh {\"partitions\":{\"0\":[1],\"1\":[1]},\"topic_id\":\"" + base::to_string(id) +
              "\",\"adding_replicas\":{},\"removing_replicas\":{},\"version\":3}",
          "create /brokers/topics/fresh/partitions", "create /brokers/topics/fresh/partitions/0",
          R"(create /brokers/topics/fresh/partitions/0/state {"controller_epoch":4,"leader":1,"version":1,"leader_epoch":0,"isr":[1]})",
          "create /brokers/topics/fresh/partitions/1",
          R"(create /brokers/topics/fresh/partitions/1/state {"controller_epoch":4,"leader":1,"version":1,"leader_epoch":0,"isr":[1]})"));
  expect_same();
}

TEST_F(PlanTest, ATopicGetsMorePartitions) {
  const Uuid orders = *tree.topic("orders")->node.id;
  topic("orders", orders, 3, 4);
  const auto planned_lines = lines(planned());
  ASSERT_THAT(planned_lines, SizeIs(3));
  EXPECT_THAT(planned_lines[0], HasSubstr("set /brokers/topics/orders v0 "));
  expect_same();
}

TEST_F(PlanTest, EachChangeOfAPartitionIsAWriteOfItsOwn) {
  const Uuid orders = *tree.topic("orders")->node.id;
  change(orders, 1, -1, {1});
  change(orders, 1, 1, {1});
  change(orders, 2, -2, {2});
  EXPECT_THAT(
      lines(planned()),
      ::testing::ElementsAre(
          R"(set /brokers/topics/orders/partitions/1/state v0 {"controller_epoch":4,"leader":-1,"version":1,"leader_epoch":1,"isr":[1]})",
          R"(set /brokers/topics/orders/partitions/1/state v1 {"controller_epoch":4,"leader":1,"version":1,"leader_epoch":2,"isr":[1]})",
          R"(set /brokers/topics/orders/partitions/2/state v0 {"controller_epoch":4,"leader":1,"version":1,"leader_epoch":0,"isr":[2]})"));
  expect_same();
}

TEST_F(PlanTest, APartitionWithoutAStateGetsOneWithEpochsOfZero) {
  tree.erase("/brokers/topics/orders/partitions/1/state");
  tree.erase("/brokers/topics/orders/partitions/2/state");
  tree.erase("/brokers/topics/orders/partitions/2");
  const Uuid orders = *tree.topic("orders")->node.id;
  change(orders, 1, 2, {2, 1});
  change(orders, 2, 1, {1});
  EXPECT_THAT(
      lines(planned()),
      ::testing::ElementsAre(
          R"(create /brokers/topics/orders/partitions/1/state {"controller_epoch":4,"leader":2,"version":1,"leader_epoch":0,"isr":[2,1]})",
          "create /brokers/topics/orders/partitions/2",
          R"(create /brokers/topics/orders/partitions/2/state {"controller_epoch":4,"leader":1,"version":1,"leader_epoch":0,"isr":[1]})"));
  expect_same();
}

TEST_F(PlanTest, ConfigurationsAreWrittenWholeAndAnnounced) {
  config(Resource::kTopic, "orders", "cleanup.policy", std::nullopt);
  config(Resource::kTopic, "orders", "segment.ms", "9");
  config(Resource::kBroker, "", "log.retention.ms", "1");
  config(Resource::kBroker, "2", "log.retention.ms", "2");
  config(Resource::kGroup, "a/b", "offset.store", "redis");
  EXPECT_THAT(lines(planned()),
              ::testing::ElementsAre(R"(set /config/topics/orders v0 {"version":1,"config":{"retention.ms":"3600000","segment.ms":"9"}})",
                                     R"(create /config/changes/config_change_# {"version":2,"entity_path":"topics/orders"})",
                                     R"(set /config/brokers/<default> v0 {"version":1,"config":{"log.retention.ms":"1"}})",
                                     R"(create /config/changes/config_change_# {"version":2,"entity_path":"brokers/<default>"})",
                                     R"(create /config/brokers/2 {"version":1,"config":{"log.retention.ms":"2"}})",
                                     R"(create /config/changes/config_change_# {"version":2,"entity_path":"brokers/2"})",
                                     R"(create /config/groups/a%2Fb {"version":1,"config":{"offset.store":"redis"}})"));
  expect_same();
}

TEST_F(PlanTest, ATopicsSettingsAndStatesMayChangeTogether) {
  config(Resource::kTopic, "orders", "segment.ms", "9");
  change(*tree.topic("orders")->node.id, 1, 1, {1});
  EXPECT_THAT(lines(planned()), SizeIs(3));
  expect_same();
}

TEST_F(PlanTest, ATopicGoesWithAllThatItHad) {
  remove(*tree.topic("doomed")->node.id);
  EXPECT_THAT(lines(planned()), ::testing::ElementsAre(
                                    "create /admin/delete_topics/doomed", "delete /brokers/topics/doomed/partitions/0/state",
                                    "delete /brokers/topics/doomed/partitions/0", "delete /brokers/topics/doomed/partitions",
                                    "delete /brokers/topics/doomed", "delete /config/topics/doomed", "delete /admin/delete_topics/doomed"));
  expect_same();
  EXPECT_EQ(tree.topic("doomed"), nullptr);
}

TEST_F(PlanTest, ATopicCanBeRemovedAndMadeAnewAtOnce) {
  remove(*tree.topic("orders")->node.id);
  topic("orders", id, 0, 1);
  EXPECT_THAT(lines(planned()), ::testing::Contains(R"(create /config/topics/orders {"version":1,"config":{}})"));
  expect_same();
}

TEST_F(PlanTest, ProducerIdsGoIntoTheBlockBehindTheLastOne) {
  wire::ProducerIdsRecord record;
  record.broker_id = 1;
  record.next_producer_id = 3000;
  records.add(record);
  EXPECT_THAT(
      lines(planned()),
      ::testing::ElementsAre(R"(set /latest_producer_id_block v2 {"version":1,"broker":1,"block_start":"2000","block_end":"2999"})"));
  ASSERT_TRUE(put_all(planned(), tree).ok());
  EXPECT_EQ(image_of(tree)->producer_ids().next, 3000);
}

// Whatever was the last request that came through: the next controller finds something that it can finish.
TEST_F(PlanTest, ALargeTopicTakesSeveralRequests) {
  topic("large", id, 0, 10'000);
  const auto requests = planned();
  ASSERT_GT(requests.size(), 2u);
  for (const Operations& request : requests) {
    std::size_t bytes = 0;
    for (const Operation& operation : request) bytes += zookeeper::size_of(operation);
    EXPECT_LE(bytes, kMostRequestBytes);
  }
  ASSERT_TRUE(put_all({requests[0]}, tree).ok());
  const ImagePtr half = image_of(tree);
  ASSERT_EQ(half->topic("large")->partition_count(), 10'000);
  EXPECT_EQ(half->partition("large", 0)->leader, 1);
  EXPECT_EQ(half->partition("large", 9'999)->leader, -1);
  // The change that an election makes of it.
  records.clear();
  for (std::int32_t i = 0; i < 10'000; ++i)
    if (half->partition("large", i)->leader < 0) change(id, i, 1, {1});
  expect_same();
  EXPECT_EQ(image_of(tree)->partition("large", 9'999)->partition_epoch, 0);

  remove(id);
  const auto removal = planned();
  ASSERT_GT(removal.size(), 1u);
  ASSERT_TRUE(put_all({removal[0]}, tree).ok());
  EXPECT_EQ(image_of(tree)->topic("large"), nullptr);
  ASSERT_TRUE(put_all(plan_deletion("large", tree), tree).ok());
  EXPECT_EQ(tree.topic("large"), nullptr);
  EXPECT_TRUE(tree.deletions().empty());
}

TEST_F(PlanTest, WhatHasNoPlaceIsRefusedByName) {
  records.add(wire::FeatureLevelRecord{});
  EXPECT_EQ(refusal(), "a metadata record of type 12 has no place in ZooKeeper");
  config(static_cast<Resource>(8), "1", "a", "b");
  EXPECT_EQ(refusal(), "a configuration of resource type 8 has no place in ZooKeeper");
  const Uuid directories[] = {base::make_uuid(1, 1)};
  wire::PartitionRecord partition;
  partition.topic_id = *tree.topic("orders")->node.id;
  partition.directories = directories;
  records.add(partition, 1);
  EXPECT_EQ(refusal(), "the directory of a replica has no place in ZooKeeper");
  change(base::make_uuid(9, 9), 0, 1, {1});
  EXPECT_THAT(refusal(), HasSubstr("which is not there"));
  change(*tree.topic("orders")->node.id, 3, 1, {1});
  EXPECT_THAT(refusal(), HasSubstr("partition 3 of topic 'orders'"));
  for (int i = 0; i < 40; ++i) config(Resource::kTopic, "orders", "key." + std::to_string(i), std::string(30'000, 'x'));
  EXPECT_THAT(refusal(), HasSubstr("more than a server of ZooKeeper takes"));
}

}  // namespace
}  // namespace barnabas::metadata_zookeeper
