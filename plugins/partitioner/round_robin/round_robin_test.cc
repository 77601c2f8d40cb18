#include "partitioner/testing_choice.h"

#include <barnabas/testing/partitioner_conformance.h>

#include <set>

BARNABAS_PARTITIONER_CONFORMANCE(round_robin, kMayPart)

namespace barnabas::testing {
namespace {

using RoundRobin = Choice;

TEST_F(RoundRobin, OneAfterTheOther) {
  for (std::int32_t i = 0; i < 20; ++i) EXPECT_EQ(choose("same key"), i % 7);
}

TEST_F(RoundRobin, PartitionsWithoutALeaderAreLeftOut) {
  available_ = {2, 5};
  EXPECT_EQ(choose("k"), 2);
  EXPECT_EQ(choose("k"), 5);
  EXPECT_EQ(choose("k"), 2);
}

TEST_F(RoundRobin, EachTopicHasItsOwnTurn) {
  EXPECT_EQ(choose("k"), 0);
  topic_.name = "other";
  EXPECT_EQ(choose("k"), 0);
  topic_.name = "t";
  EXPECT_EQ(choose("k"), 1);
}

}  // namespace
}  // namespace barnabas::testing
