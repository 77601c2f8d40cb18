#include "partitioner/testing_choice.h"

#include <barnabas/testing/partitioner_conformance.h>

#include <set>

BARNABAS_PARTITIONER_CONFORMANCE(consistent_random, kStayTogether)

namespace barnabas::testing {
namespace {

using ConsistentRandom = Choice;

TEST_F(ConsistentRandom, KeysGoWhereLibrdkafkaSendsThem) { expect_golden("crc32", true); }

TEST_F(ConsistentRandom, WithoutAKeyAnyPartitionWithALeader) {
  available_ = {1, 4};
  std::set<std::int32_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(choose(std::nullopt));
  EXPECT_EQ(seen, (std::set<std::int32_t>{1, 4}));
}

TEST_F(ConsistentRandom, AnEmptyKeyIsNone) {
  std::set<std::int32_t> seen;
  for (int i = 0; i < 500; ++i) seen.insert(choose(""));
  EXPECT_EQ(seen.size(), 7u);
}

}  // namespace
}  // namespace barnabas::testing
