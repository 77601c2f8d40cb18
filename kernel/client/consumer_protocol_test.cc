#include "kernel/client/consumer_protocol.h"

#include <gtest/gtest.h>

namespace barnabas::client {
namespace {

std::string from_hex(std::string_view text) {
  std::string octets;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) octets += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return octets;
}

// Written by the Java client 4.3.1: ConsumerProtocol.serializeSubscription and serializeAssignment.
const std::string kJavaSubscription =
    from_hex("000300000002000161000162ffffffff000000010001610000000200000000000000020000000500056e6f727468");
const std::string kJavaAssignment = from_hex("0003000000020001610000000100000001000162000000020000000000000003ffffffff");

TEST(ConsumerProtocol, SubscriptionsAsTheJavaClientWritesThem) {
  const Subscription subscription{{"a", "b"}, {{"a", {0, 2}}}, 5, "north"};
  EXPECT_EQ(encode_subscription(subscription), kJavaSubscription);
  auto read = decode_subscription(sdk::Bytes(kJavaSubscription));
  ASSERT_TRUE(read.ok()) << message_of(read.status());
  EXPECT_EQ(*read, subscription);
}

TEST(ConsumerProtocol, AssignmentsAsTheJavaClientWritesThem) {
  const TopicPartitions assignment{{"a", {1}}, {"b", {0, 3}}};
  EXPECT_EQ(encode_assignment(assignment), kJavaAssignment);
  auto read = decode_assignment(sdk::Bytes(kJavaAssignment));
  ASSERT_TRUE(read.ok()) << message_of(read.status());
  EXPECT_EQ(*read, assignment);
}

TEST(ConsumerProtocol, OldOnesAndNewerOnesAreRead) {
  auto old =
      decode_subscription(sdk::Bytes(from_hex("0000"
                                              "00000001"
                                              "000162"
                                              "ffffffff")));
  ASSERT_TRUE(old.ok()) << message_of(old.status());
  EXPECT_EQ(old->topics, std::vector<std::string>{"b"});
  EXPECT_EQ(old->generation, -1);
  std::string newer = kJavaSubscription + "what a later version has";
  newer[1] = 9;
  auto read = decode_subscription(sdk::Bytes(newer));
  ASSERT_TRUE(read.ok()) << message_of(read.status());
  EXPECT_EQ(read->rack, "north");
}

TEST(ConsumerProtocol, NothingIsAnEmptyAssignmentAndRubbishIsNone) {
  EXPECT_EQ(*decode_assignment({}), TopicPartitions());
  EXPECT_FALSE(decode_assignment(sdk::Bytes(std::string(1, '\0'))).ok());
  EXPECT_FALSE(decode_subscription(sdk::Bytes(from_hex("ffff00000000"))).ok());
  for (std::size_t size = 2; size < kJavaSubscription.size(); ++size)
    EXPECT_FALSE(decode_subscription(sdk::Bytes(kJavaSubscription.substr(0, size))).ok()) << size;
}

}  // namespace
}  // namespace barnabas::client
