#include "kernel/broker/unserved_partitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
  EXPECT_THAT(unserved.partitions_of(topic(1)), ElementsAre(0, 3));
  EXPECT_TRUE(unserved.remove(topic(1), 0));
  EXPECT_FALSE(unserved.remove(topic(1), 0));
  unserved.remove(topic(1));
  EXPECT_TRUE(unserved.empty());
  EXPECT_THAT(unserved.topics_in_turn(), IsEmpty());
}

// The first one that still fails ends a round, and must not be in the way of the others for ever.
TEST(UnservedPartitionsTest, EachTopicIsTheFirstInItsTurn) {
  UnservedPartitions unserved;
  for (std::uint8_t number = 1; number <= 3; ++number) unserved.add(topic(number), 0, false);
  EXPECT_THAT(unserved.topics_in_turn(), ElementsAre(topic(1), topic(2), topic(3)));
  EXPECT_THAT(unserved.topics_in_turn(), ElementsAre(topic(2), topic(3), topic(1)));
  unserved.remove(topic(3));
  EXPECT_THAT(unserved.topics_in_turn(), ElementsAre(topic(1), topic(2)));
}

}  // namespace
}  // namespace barnabas::broker
