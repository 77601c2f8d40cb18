#include "kernel/client/key_partition.h"

#include <gtest/gtest.h>

#include <string_view>

namespace barnabas::client {
namespace {

// Values of Kafka's own Utils.murmur2.
TEST(Murmur2, IsKafkas) {
  EXPECT_EQ(murmur2(std::string_view("")), 275646681);
  EXPECT_EQ(murmur2(std::string_view("a")), -1563381124);
  EXPECT_EQ(murmur2(std::string_view("21")), -973932308);
  EXPECT_EQ(murmur2(std::string_view("foobar")), -790332482);
  EXPECT_EQ(murmur2(std::string_view("kafka")), -798503068);
  EXPECT_EQ(murmur2(std::string_view("a-little-bit-long-string")), -985981536);
  EXPECT_EQ(murmur2(std::string_view("a-little-bit-longer-string")), -1486304829);
}

TEST(PartitionOfKey, UsesTheHashWithoutItsSign) { EXPECT_EQ(partition_of_key(std::string_view("foobar"), 10), 1357151166 % 10); }

}  // namespace
}  // namespace barnabas::client
