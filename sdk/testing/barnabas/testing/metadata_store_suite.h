// What the rules of metadata stores have in common. One thread.
#pragma once

#include <barnabas/sdk/split_mix.h>
#include <barnabas/testing/metadata_store_node.h>

#include <gmock/gmock.h>

namespace barnabas::testing {

using MakeMetadataStoreWorld = std::function<std::unique_ptr<MetadataStoreWorld>()>;

class MetadataStoreConformance : public ::testing::TestWithParam<MakeMetadataStoreWorld> {
 protected:
  void write(TestNode& node, const RecordTexts& records) {
    EXPECT_EQ(node.propose(records), sdk::Code::kOk) << node.message();
    expected.apply_all(records);
  }
  // While the leader may still be looking at what others have changed.
  void write_in_time(TestNode& node, const RecordTexts& records) {
    sdk::Code code = sdk::Code::kUnavailable;
    world->run_until([&] {
      if (code == sdk::Code::kUnavailable) code = node.propose(records);
      return code != sdk::Code::kUnavailable;
    });
    EXPECT_EQ(code, sdk::Code::kOk) << node.message();
    expected.apply_all(records);
  }
  void expect_state(const TestNode& node) { EXPECT_EQ(node.model().lines(), expected.lines()); }

  // As a controller does for what was made in part. Broker 1 leads in what new_topic() makes.
  static void elect_where_nobody_leads(TestNode& node, std::uint64_t topic) {
    RecordTexts changes;
    for (const std::int32_t partition : node.model().without_leader(topic_id(topic)))
      changes.push_back(partition_change(topic, partition, 1));
    if (changes.empty()) return;
    EXPECT_EQ(node.propose(changes), sdk::Code::kOk) << node.message();
  }

  static RecordTexts new_topic(const std::string& name, std::uint64_t number, std::int32_t partitions) {
    RecordTexts records{topic_record(name, number)};
    for (std::int32_t i = 0; i < partitions; ++i) records.push_back(partition_record(number, i));
    return records;
  }
  // One of the records that are told apart by a number.
  static RecordTexts numbered(int number) { return {config_record(kTopicResource, "numbers", key(number), std::to_string(number))}; }
  // Records of a few more octets than that, which are told apart by a letter. A string of Kafka's has at most 32,767.
  static RecordTexts large_records(std::uint64_t octets, char letter) {
    RecordTexts records;
    for (std::uint64_t i = 0; i <= octets / 30'000; ++i)
      records.push_back(config_record(kTopicResource, "large", key(static_cast<int>(i)), std::string(30'000, letter)));
    return records;
  }
  static std::string key(int number) { return "key." + std::to_string(number); }
  static bool has(const MetadataModel& model, int number) { return model.config(kTopicResource, "numbers", key(number)) != nullptr; }
  // How many of the numbers from 0 on are there; the ones behind the first that is not there must not be there either.
  static int count_numbered(const MetadataModel& model, int upto) {
    int count = 0;
    while (count < upto && has(model, count)) ++count;
    for (int behind = count; behind < upto; ++behind) EXPECT_FALSE(has(model, behind)) << behind << " is there and " << count << " is not";
    return count;
  }

  std::unique_ptr<MetadataStoreWorld> world = GetParam()();
  MetadataModel expected;
};

}  // namespace barnabas::testing
