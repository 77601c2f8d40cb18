// The rules of all partitioners, and those of this one.
#include <barnabas/testing/partitioner_conformance.h>
#include <barnabas/testing/plugin_under_test.h>

#include <string_view>

namespace sdk = barnabas::sdk;

// kStayTogether: equal keys go to one partition. kMayPart: nothing is promised of them, because something else decides.
BARNABAS_PARTITIONER_CONFORMANCE(MyPluginPartitioner, kStayTogether)

namespace {

using Plugin = barnabas::testing::PluginUnderTest<sdk::Partitioner>;

std::int32_t choose(Plugin& plugin, std::string_view key, std::int32_t partitions = 12) {
  sdk::TopicView topic;
  topic.name = "orders";
  topic.partition_count = partitions;
  sdk::RecordView record;
  record.key = key;
  record.has_key = true;
  std::int32_t partition = -1;
  EXPECT_TRUE(plugin->choose(topic, {}, record, partition).ok());
  return partition;
}

TEST(MyPluginPartitioner, WhatStandsBeforeTheSeparatorDecides) {
  Plugin plugin;
  EXPECT_EQ(choose(plugin, "anna:17"), choose(plugin, "anna:18"));
  EXPECT_EQ(choose(plugin, "anna:17"), choose(plugin, "anna"));
  EXPECT_NE(choose(plugin, "anna:17"), choose(plugin, "bert:17"));
}

TEST(MyPluginPartitioner, TheSeparatorIsAnOption) {
  Plugin plugin{{"separator", "--", {}}};
  EXPECT_EQ(choose(plugin, "anna--17"), choose(plugin, "anna--18"));
  EXPECT_NE(choose(plugin, "anna:17"), choose(plugin, "anna:18"));
}

TEST(MyPluginPartitioner, AnEmptySeparatorIsRefused) {
  const Plugin plugin{{"separator", "", {}}};
  EXPECT_NE(plugin.refusal().find("the separator is empty"), std::string::npos) << plugin.refusal();
}

}  // namespace
