#include "told.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing_tree.h"

namespace barnabas::metadata_zookeeper {
namespace {

using catalog::ResourceType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Told, WhatKafkaKeptIsTheImage) {
  const Tree tree = tree_of(golden_tree("both.tsv"));
  const ImagePtr image = image_of(tree);
  EXPECT_EQ(tree.cluster_id().size(), 22u);
  EXPECT_EQ(image->metadata_version(), kMetadataLevel);
  ASSERT_EQ(image->brokers().size(), 2u);
  const catalog::Broker& second = *image->broker(2);
  EXPECT_TRUE(second.active());
  EXPECT_EQ(second.rack, "r2");
  EXPECT_NE(second.endpoint("SECOND"), nullptr);
  EXPECT_EQ(second.epoch, tree.brokers().at(2).epoch);
  ASSERT_EQ(image->topic_count(), 3u);
  const catalog::Topic* placed = image->topic("placed_by.hand");
  ASSERT_EQ(placed->partition_count(), 12);
  EXPECT_THAT(placed->partition(11)->replicas, ElementsAre(1));
  const catalog::Partition* orders = image->partition("orders", 1);
  EXPECT_EQ(orders->leader, 2);
  EXPECT_EQ(orders->leader_epoch, 0);
  EXPECT_EQ(orders->partition_epoch, 0);
  EXPECT_THAT(orders->isr, ElementsAre(2, 1));
  EXPECT_EQ(*image->config(ResourceType::kTopic, "orders", "cleanup.policy"), "compact,delete");
  EXPECT_THAT(image->configs(ResourceType::kTopic, "placed_by.hand"), IsEmpty());
  EXPECT_EQ(*image->config(ResourceType::kBroker, "1", "log.cleaner.threads"), "2");
  EXPECT_EQ(*image->config(ResourceType::kBroker, "", "log.retention.ms"), "7200000");
  EXPECT_EQ(image->producer_ids().next, 2000);
}

TEST(Told, TheVersionOfAStateIsThePartitionsEpoch) {
  const ImagePtr image = image_of(tree_of(golden_tree("one.tsv")));
  EXPECT_EQ(image->partition("orders", 1)->leader, 1);
  EXPECT_EQ(image->partition("orders", 1)->partition_epoch, 1);
  EXPECT_EQ(image->partition("placed_by.hand", 0)->leader, -1);
  EXPECT_EQ(image->partition("placed_by.hand", 0)->leader_epoch, 1);
}

TEST(Told, ATopicThatIsBeingDeletedIsNot) {
  const Tree tree = tree_of(golden_tree("one.tsv"));
  EXPECT_TRUE(tree.is_deleted("doomed"));
  EXPECT_EQ(image_of(tree)->topic("doomed"), nullptr);
}

TEST(Told, WhatHasChangedIsToldOfTwoReadings) {
  const Tree before = tree_of(golden_tree("both.tsv"));
  GoldenTree later = golden_tree("one.tsv");
  later.erase("/config/brokers/1");
  later["/config/topics/orders"] = {1, false, R"({"version":1,"config":{"retention.ms":"7"}})"};
  later["/config/groups/anna"] = {0, false, R"({"version":1,"config":{"offset.store":"redis"}})"};
  later["/latest_producer_id_block"].data = R"({"version":1,"broker":1,"block_start":"2000","block_end":"2999"})";
  later["/feature"].data = R"({"features":{"x.version":{"max_version_level":1}},"version":2,"status":1})";
  const Tree after = tree_of(later);
  // The brokers' epochs are made up by the place in the list.
  for (const auto& [from, to] : {std::pair(&before, &after), std::pair(&after, &before)}) {
    record::FramedRecords records;
    add_difference(*from, *to, records);
    EXPECT_EQ(contents(*with(*image_of(*from), records)), contents(*image_of(*to)));
  }
  record::FramedRecords nothing;
  add_difference(before, before, nothing);
  EXPECT_TRUE(nothing.empty());
}

TEST(Told, ATopicMadeAnewHasNothingOfTheEarlierOne) {
  GoldenTree nodes = golden_tree("both.tsv");
  const Tree before = tree_of(nodes);
  nodes["/brokers/topics/orders"].data = R"({"partitions":{"0":[1]},"topic_id":"AAAAAAAAAAAAAAAAAAAAAQ","version":3})";
  nodes["/config/topics/orders"] = {0, false, R"({"version":1,"config":{"retention.ms":"3600000"}})"};
  const Tree after = tree_of(nodes);
  record::FramedRecords records;
  add_difference(before, after, records);
  const ImagePtr image = with(*image_of(before), records);
  EXPECT_EQ(contents(*image), contents(*image_of(after)));
  EXPECT_EQ(image->topic("orders")->partition_count(), 1);
  EXPECT_EQ(image->configs(ResourceType::kTopic, "orders").size(), 1u);
}

TEST(Told, APartitionWithoutAStateHasNoLeaderYet) {
  GoldenTree nodes = golden_tree("both.tsv");
  nodes.erase("/brokers/topics/orders/partitions/1/state");
  nodes.erase("/brokers/topics/orders/partitions/2/state");
  nodes.erase("/brokers/topics/orders/partitions/2");
  const ImagePtr image = image_of(tree_of(nodes));
  for (const int partition : {1, 2}) {
    EXPECT_EQ(image->partition("orders", partition)->leader, -1);
    EXPECT_EQ(image->partition("orders", partition)->leader_epoch, -1);
    EXPECT_EQ(image->partition("orders", partition)->partition_epoch, -1);
  }
  EXPECT_THAT(image->partition("orders", 1)->isr, ElementsAre(2, 1));
}

TEST(Tree, DamageIsRefusedWithItsPath) {
  Tree tree;
  Status status = tree.put("/brokers/topics/t/partitions/3/state", "{}", 0);
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_THAT(std::string(message_of(status)), HasSubstr("/brokers/topics/t/partitions/3/state: its \"leader\""));
  const std::string topic = R"({"partitions":{"0":[1]},"topic_id":"AAAAAAAAAAAAAAAAAAAAAQ","version":3})";
  EXPECT_TRUE(tree.put("/brokers/topics/a", topic, 0).ok());
  EXPECT_TRUE(tree.put("/brokers/topics/a", topic, 1).ok());
  status = tree.put("/brokers/topics/b", topic, 0);
  EXPECT_THAT(std::string(message_of(status)), HasSubstr("one topic id"));
}

}  // namespace
}  // namespace barnabas::metadata_zookeeper
