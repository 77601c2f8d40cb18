#include "kernel/group/records.h"

#include <gtest/gtest.h>

namespace barnabas::group {
namespace {

std::string octets(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

TEST(RecordsTest, AnEmptyGroupIsWrittenAsKafkaWritesIt) {
  const std::optional<std::string> none;
  GroupView view;
  view.protocol = &none;
  view.leader = &none;
  view.state_ms = 1'795'240'898'253;
  const StoredRecord record = group_record("g-classic", view);
  EXPECT_EQ(record.key, octets("00020009672d636c6173736963"));
  EXPECT_EQ(record.value, octets("0003000000000000ffffffff000001a1fcb22ecd00000000"));
  EXPECT_EQ(group_tombstone("g-classic"), (StoredRecord{record.key, std::nullopt}));
}

TEST(RecordsTest, ReadsAnOffsetThatKafkaWrote) {
  const auto offset = read_offset(octets("00010009672d636c61737369630002743100000001"),
                                  octets("000400000000000000050000000001000001a1fcb2301b010010cbe5a240e4bc41c2b14f6d0b9f443a98"));
  ASSERT_TRUE(offset);
  EXPECT_EQ(offset->topic, "t1");
  EXPECT_EQ(offset->partition, 1);
  EXPECT_EQ(offset->offset, 5);
  EXPECT_EQ(offset->leader_epoch, 0);
  EXPECT_EQ(offset->commit_ms, 1'795'240'898'587);
}

TEST(RecordsTest, AGroupComesBackAsItWasWritten) {
  const std::optional<std::string> protocol = "range", leader = "m-1", instance = "i";
  const Client client{"c", "/127.0.0.1"};
  GroupView view{"consumer", 7, &protocol, &leader, 5, {{"m-1", &instance, &client, 60'000, 10'000, "sub", "mine"}}};
  const auto group = read_group(group_record("g", view).value.value());
  ASSERT_TRUE(group);
  EXPECT_EQ(group->generation, 7);
  EXPECT_EQ(group->protocol, protocol);
  EXPECT_EQ(group->members.at(0).instance_id, instance);
  EXPECT_EQ(group->members.at(0).assignment, "mine");
}

TEST(RecordsTest, SubscriptionsThatLieAreNone) {
  EXPECT_EQ(subscribed_topics(octets("00000000000100017400000000")), (std::vector<std::string>{"t"}));
  EXPECT_EQ(subscribed_topics(octets("00007fffffff000174")), std::nullopt);
  EXPECT_EQ(subscribed_topics(octets("ffff00000000")), std::nullopt);
  EXPECT_EQ(subscribed_topics("x"), std::nullopt);
  EXPECT_FALSE(read_group(octets("0009")));
  EXPECT_EQ(group_of(octets("00027fff41")), std::nullopt);
}

}  // namespace
}  // namespace barnabas::group
