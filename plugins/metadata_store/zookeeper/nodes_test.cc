#include "nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "json.h"
#include "testing_golden.h"

namespace barnabas::metadata_zookeeper {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What is read and printed again is what Kafka wrote, octet for octet.
template <class Parse, class Print>
std::string again(const std::string& data, Parse&& parse, Print&& print) {
  const auto node = parse(data);
  EXPECT_TRUE(node.ok()) << data << ": " << message_of(node.status());
  return node.ok() ? print(*node) : std::string();
}
constexpr auto kPrint = [](const auto& node) { return print(node); };

std::string printed_again(const std::string& path, const std::string& data) {
  const auto is_below = [&](std::string_view parent) { return path.starts_with(parent); };
  if (is_below("/brokers/ids/")) return again(data, parse_broker, kPrint);
  if (path.ends_with("/state")) return again(data, parse_state, kPrint);
  if (is_below("/brokers/topics/")) return again(data, parse_topic, kPrint);
  if (is_below("/config/changes/")) return again(data, parse_config_change, print_config_change);
  if (is_below("/config/")) return again(data, parse_config, kPrint);
  if (path == "/controller") return again(data, parse_controller, kPrint);
  if (path == "/cluster/id") return again(data, parse_cluster_id, print_cluster_id);
  if (path == "/feature") return again(data, parse_feature, kPrint);
  if (path == "/latest_producer_id_block") return again(data, parse_producer_block, kPrint);
  return data;
}

TEST(Nodes, AreTheOctetsOfKafka) {
  for (const char* name : {"both.tsv", "one.tsv"}) {
    const GoldenTree tree = golden_tree(name);
    EXPECT_GT(tree.size(), 60u);
    for (const auto& [path, node] : tree) {
      if (node.data.empty()) continue;
      const std::string printed = printed_again(path, node.data);
      // From the eleventh on, partitions come in the order of a hash map.
      if (path == "/brokers/topics/placed_by.hand") {
        EXPECT_EQ(boost::json::parse(printed), boost::json::parse(node.data));
        continue;
      }
      EXPECT_EQ(printed, node.data) << path;
    }
  }
}

TEST(Nodes, RareOnesAreTheOctetsOfKafkaToo) {
  std::istringstream lines(golden_text("rare.txt"));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(again(line, parse_state, kPrint), line);
  std::getline(lines, line);
  EXPECT_EQ(again(line, parse_broker, kPrint), line);
  std::getline(lines, line);
  EXPECT_EQ(again(line, parse_topic, kPrint), line);
  std::getline(lines, line);
  EXPECT_EQ(again(line, parse_feature, kPrint), line);
}

TEST(Nodes, BrokersOfEveryAgeAreRead) {
  auto first = parse_broker(R"({"version":1,"host":"h","port":9092,"jmx_port":9999,"timestamp":"5"})");
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(first->endpoints, ElementsAre(BrokerNode::Endpoint{"PLAINTEXT", "PLAINTEXT", "h", 9092}));
  EXPECT_EQ(first->jmx_port, 9999);
  auto second = parse_broker(R"({"version":2,"host":null,"port":-1,"timestamp":"5","endpoints":["SSL://h:9093"]})");
  ASSERT_TRUE(second.ok());
  EXPECT_THAT(second->endpoints, ElementsAre(BrokerNode::Endpoint{"SSL", "SSL", "h", 9093}));
  EXPECT_EQ(second->rack, std::nullopt);
}

TEST(Nodes, TopicsOfEveryAgeAreRead) {
  const auto first = parse_topic(R"({"version":1,"partitions":{"1":[1],"0":[2,1]}})");
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first->id.has_value());
  EXPECT_THAT(first->replicas, ElementsAre(std::pair(0, Ids{2, 1}), std::pair(1, Ids{1})));
  const auto second = parse_topic(R"({"version":2,"partitions":{"0":[2]},"adding_replicas":{"0":[2]},"removing_replicas":{}})");
  ASSERT_TRUE(second.ok());
  EXPECT_THAT(second->adding, ElementsAre(std::pair(0, Ids{2})));
}

TEST(Nodes, ChangesOfConfigurationsOfEveryAgeAreRead) {
  EXPECT_EQ(*parse_config_change(R"({"version":1,"entity_type":"topics","entity_name":"t"})"), "topics/t");
  EXPECT_EQ(*parse_config_change(R"({"version":2,"entity_path":"users/a/clients/b","more":[]})"), "users/a/clients/b");
}

TEST(Nodes, ASentenceSaysWhatIsDamaged) {
  const auto message = [](const auto& result) { return result.ok() ? "read" : std::string(message_of(result.status())); };
  EXPECT_EQ(message(parse_state("")), "it is no JSON object");
  EXPECT_EQ(message(parse_state("[1]")), "it is no JSON object");
  EXPECT_THAT(message(parse_state(R"({"leader":"1","leader_epoch":0,"controller_epoch":1,"isr":[1]})")), HasSubstr("\"leader\""));
  EXPECT_THAT(message(parse_state(R"({"leader":1,"leader_epoch":99999999999,"controller_epoch":1,"isr":[1]})")),
              HasSubstr("\"leader_epoch\""));
  EXPECT_THAT(message(parse_topic(R"({"version":3})")), HasSubstr("\"partitions\""));
  EXPECT_THAT(message(parse_topic(R"({"partitions":{"0":[1],"2":[1]}})")), HasSubstr("without a gap"));
  EXPECT_THAT(message(parse_topic(R"({"partitions":{"0":["1"]}})")), HasSubstr("\"partitions\""));
  EXPECT_THAT(message(parse_topic(R"({"partitions":{"0":[1]},"topic_id":"short"})")), HasSubstr("\"topic_id\""));
  EXPECT_THAT(message(parse_broker(R"({"endpoints":["h:9092"]})")), HasSubstr("\"endpoints\""));
  EXPECT_THAT(message(parse_config(R"({"version":1,"config":{"a":1}})")), HasSubstr("\"config\""));
  EXPECT_THAT(message(parse_producer_block(R"({"broker":1,"block_start":"10","block_end":"9"})")), HasSubstr("\"block_end\""));
  EXPECT_THAT(message(parse_controller(R"({"version":2})")), HasSubstr("\"brokerid\""));
  EXPECT_THAT(message(parse_cluster_id(R"({"version":"1","id":""})")), HasSubstr("\"id\""));
}

TEST(Json, TextIsEscapedAsInJava) {
  EXPECT_EQ(quoted("a/b\"\\\b\f\n\r\t\x01\x1f\x7f"), R"("a/b\"\\\b\f\n\r\t\u0001\u001F)"
                                                     "\x7f\"");
  EXPECT_EQ(quoted("\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\"");
  EXPECT_EQ(quoted("a\xff\xc3"), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_EQ(quoted(std::string_view("\xed\xa0\x80", 3)), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace barnabas::metadata_zookeeper
