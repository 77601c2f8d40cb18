#include "partitioner/testing_choice.h"

#include <barnabas/testing/partitioner_conformance.h>

#include <set>

BARNABAS_PARTITIONER_CONFORMANCE(random_partitioner, kMayPart)

namespace barnabas::testing {
namespace {

using RandomChoice = Choice;

TEST_F(RandomChoice, AnyPartitionWithALeader) {
  available_ = {1, 4};
  std::set<std::int32_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(choose(std::nullopt));
  EXPECT_EQ(seen, (std::set<std::int32_t>{1, 4}));
}

TEST_F(RandomChoice, AKeyHoldsNothingAndWithoutLeadersAllAreMeant) {
  std::set<std::int32_t> seen;
  for (int i = 0; i < 500; ++i) seen.insert(choose("k"));
  EXPECT_EQ(seen.size(), 7u);
}

}  // namespace
}  // namespace barnabas::testing
