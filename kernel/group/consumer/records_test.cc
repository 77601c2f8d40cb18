#include "kernel/group/consumer/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "kernel/group/records.h"

namespace barnabas::group {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string octets(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

std::vector<StoredRecord> golden() {
  std::ifstream file(BARNABAS_SOURCE_DIR "/tests/golden/group/consumer_group.tsv");
  std::vector<StoredRecord> records;
  for (std::string type, key, value; file >> type >> key >> value;) {
    auto& record = records.emplace_back(StoredRecord{octets(key), std::nullopt});
    if (value != "-") record.value = octets(value);
  }
  return records;
}

// What we write for what we read.
std::optional<StoredRecord> again(const StoredRecord& record) {
  const auto key = read_consumer_group_key(record.key);
  if (!key) return std::nullopt;
  if (!record.value) return consumer_group_tombstone(key->type, key->group, key->name);
  const auto write = [&](const auto& value) {
    return value ? std::optional(consumer_group_record(key->group, key->name, *value)) : std::nullopt;
  };
  const auto write_group = [&](const auto& value) {
    return value ? std::optional(consumer_group_record(key->group, *value)) : std::nullopt;
  };
  switch (key->type) {
    case kConsumerGroupKey:
      return write_group(read_consumer_group(*record.value));
    case kConsumerGroupTargetKey:
      return write_group(read_consumer_group_target(*record.value));
    case kConsumerGroupMemberKey:
      return write(read_consumer_group_member(*record.value));
    case kConsumerGroupTargetMemberKey:
      return write(read_consumer_group_target_member(*record.value));
    case kConsumerGroupCurrentMemberKey:
      return write(read_consumer_group_current_member(*record.value));
    case kConsumerGroupRegexKey:
      return write(read_consumer_group_regex(*record.value));
    default:
      return std::nullopt;
  }
}

TEST(ConsumerRecordsTest, WhatKafkaWroteIsWrittenAgainOctetForOctet) {
  const auto records = golden();
  ASSERT_THAT(records, SizeIs(41));
  std::set<std::int16_t> types;
  for (const StoredRecord& record : records) {
    types.insert(key_type(record.key).value());
    EXPECT_EQ(group_of(record.key), "golden");
    EXPECT_EQ(again(record), record);
  }
  EXPECT_THAT(types, ElementsAre(3, 5, 6, 7, 8, 16));
}

TEST(ConsumerRecordsTest, KafkasRecordsSayWhatHappened) {
  const auto records = golden();
  const auto one = read_consumer_group_member(records[0].value.value()).value();
  EXPECT_EQ(one.instance_id, "i1");
  EXPECT_EQ(one.rack_id, "r1");
  EXPECT_EQ(one.server_assignor, "range");
  EXPECT_THAT(one.subscribed_topic_names, ElementsAre("orders", "other"));
  EXPECT_FALSE(one.classic);
  EXPECT_EQ(read_consumer_group_key(records[7].key), (ConsumerGroupKey{kConsumerGroupRegexKey, "golden", "o.*s|other"}));
  EXPECT_THAT(read_consumer_group_regex(records[7].value.value())->topics, ElementsAre("orders", "other"));
  const auto revoking = read_consumer_group_current_member(records[13].value.value()).value();
  EXPECT_EQ(revoking.state, MemberState::kUnrevokedPartitions);
  EXPECT_THAT(revoking.pending_revocation, SizeIs(2));
  EXPECT_THAT(revoking.pending_revocation[0].assignment_epochs, ElementsAre(2));
  const auto classic = read_consumer_group_member(records[16].value.value())->classic.value();
  EXPECT_EQ(classic.session_timeout_ms, 45'000);
  EXPECT_EQ(classic.supported_protocols.at(1).name, "cooperative-sticky");
  EXPECT_EQ(read_consumer_group_current_member(records[40].value.value())->member_epoch, -2);
}

TEST(ConsumerRecordsTest, KeysThatAreNoneAreRefused) {
  EXPECT_FALSE(read_consumer_group_key(""));
  EXPECT_FALSE(read_consumer_group_key(octets("00")));
  EXPECT_FALSE(read_consumer_group_key(octets("000200016700")));  // a classic group's, and cut
  EXPECT_FALSE(read_consumer_group_key(octets("00030001")));      // cut
  EXPECT_FALSE(read_consumer_group_key(octets("0003000167ff")));  // more than there should be
  EXPECT_FALSE(read_consumer_group_key(octets("0005000167")));    // whose member?
  EXPECT_FALSE(read_consumer_group_key(octets("0003ffff")));      // null
  EXPECT_TRUE(read_consumer_group_key(octets("0004000167")));
}

TEST(ConsumerRecordsTest, ValuesThatContradictThemselvesAreRefused) {
  const auto value = [](const StoredRecord& record) { return record.value.value(); };
  EXPECT_FALSE(read_consumer_group(octets("000100000002")));  // of a later version
  EXPECT_FALSE(read_consumer_group(""));
  EXPECT_FALSE(read_consumer_group(value(consumer_group_record("g", ConsumerGroupMetadata{-1, 0}))));
  EXPECT_FALSE(read_consumer_group_target(value(consumer_group_record("g", ConsumerGroupTarget{-1, 0}))));
  const Uuid id = base::make_uuid(1, 2);
  const auto target = [&](std::vector<TopicPartitions> topics) {
    return read_consumer_group_target_member(value(consumer_group_record("g", "m", ConsumerGroupTargetMember{std::move(topics)})));
  };
  EXPECT_TRUE(target({{id, {1, 0}}}));
  EXPECT_FALSE(target({{id, {-1}}}));
  EXPECT_FALSE(target({{id, {0, 1, 0}}}));
  EXPECT_FALSE(target({{id, {0}}, {id, {1}}}));
  ConsumerGroupCurrentMember current;
  const auto reread = [&] { return read_consumer_group_current_member(value(consumer_group_record("g", "m", current))); };
  current.assigned = {{id, {0, 1}, {1, 2}}};
  EXPECT_EQ(reread(), current);
  current.assigned = {{id, {0, 1}, {1}}};
  EXPECT_THAT(reread()->assigned.at(0).assignment_epochs, SizeIs(0));
  current.assigned = {{id, {0, 0}, {}}};
  EXPECT_FALSE(reread());
  current.assigned.clear();
  current.member_epoch = -3;
  EXPECT_FALSE(reread());
  current.member_epoch = 1;
  current.state = static_cast<MemberState>(9);
  EXPECT_EQ(reread()->state, MemberState::kUnknown);
}

TEST(ConsumerRecordsTest, EveryCutIsRefusedOrReadAsSomethingWhole) {
  for (const StoredRecord& record : golden()) {
    for (std::size_t size = 0; size < record.key.size(); ++size) EXPECT_FALSE(read_consumer_group_key(record.key.substr(0, size)));
    if (!record.value) continue;
    for (std::size_t size = 0; size < record.value->size(); ++size) EXPECT_FALSE(again({record.key, record.value->substr(0, size)}));
  }
}

}  // namespace
}  // namespace barnabas::group
