#include "partitioner/testing_choice.h"

#include <barnabas/testing/partitioner_conformance.h>

#include <set>

BARNABAS_PARTITIONER_CONFORMANCE(murmur2_random, kStayTogether)

namespace barnabas::testing {
namespace {

using Murmur2Random = Choice;

TEST_F(Murmur2Random, KeysGoWhereTheJavaClientSendsThem) { expect_golden("murmur2"); }

TEST_F(Murmur2Random, WithoutAKeyAnyPartitionWithALeader) {
  available_ = {1, 4};
  std::set<std::int32_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(choose(std::nullopt));
  EXPECT_EQ(seen, (std::set<std::int32_t>{1, 4}));
}

}  // namespace
}  // namespace barnabas::testing
