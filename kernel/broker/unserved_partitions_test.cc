#include "kernel/broker/unserved_partitions.h"

#include <gtest/gtest.h>

namespace barnabas::broker {
namespace {

Uuid topic(std::uint8_t number) {
  Uuid id;
  id.octets[15] = number;
  return id;
}

TEST(UnservedPartitionsTest, RemembersWhatWasNewWhenItWasFirstTried) {
  UnservedPartitions unserved;
  EXPECT_TRUE(unserved.add(topic(1), 0, true));
  EXPECT_FALSE(unserved.add(topic(1), 0, false)) << "it was told of";
  EXPECT_TRUE(unserved.add(topic(1), 3, false));
  EXPECT_EQ(unserved.is_new(topic(1), 0), true);
  EXPECT_EQ(unserved.is_new(topic(1), 3), false);
  EXPECT_EQ(unserved.is_new(topic(1), 1), std::nullopt);
  EXPECT_TRUE(unserved.remove(topic(1), 0));
  EXPECT_FALSE(unserved.remove(topic(1), 0));
  unserved.add(topic(0), 7, false);
  unserved.add(topic(2), -1, false);
  unserved.remove(topic(1));
  EXPECT_EQ(unserved.is_new(topic(1), 3), std::nullopt);
  EXPECT_TRUE(unserved.remove(topic(0), 7));
  EXPECT_TRUE(unserved.remove(topic(2), -1));
  EXPECT_TRUE(unserved.empty());
  EXPECT_EQ(unserved.next(), std::nullopt);
}

// The first one that still fails ends a round, and must not be in the way of the others for ever: those of its own topic, too.
TEST(UnservedPartitionsTest, EachIsTheNextInItsTurn) {
  using Which = UnservedPartitions::Which;
  UnservedPartitions unserved;
  for (const std::int32_t partition : {0, 1, 2}) unserved.add(topic(1), partition, false);
  unserved.add(topic(2), 0, false);
  EXPECT_EQ(unserved.next(), Which(topic(1), 0)) << "fails, and the round ends";
  EXPECT_EQ(unserved.next(), Which(topic(1), 1));
  unserved.remove(topic(1), 1);
  EXPECT_EQ(unserved.next(), Which(topic(1), 2));
  unserved.remove(topic(1), 2);
  EXPECT_EQ(unserved.next(), Which(topic(2), 0));
  unserved.remove(topic(2), 0);
  EXPECT_EQ(unserved.next(), Which(topic(1), 0));
  EXPECT_EQ(unserved.next(), Which(topic(1), 0)) << "there is no other";
}

}  // namespace
}  // namespace barnabas::broker
