#include "partitioner/testing_choice.h"

#include <barnabas/testing/partitioner_conformance.h>

#include <set>

BARNABAS_PARTITIONER_CONFORMANCE(by_value_month, kMayPart)

namespace barnabas::testing {
namespace {

using ByValueMonth = Choice;

TEST_F(ByValueMonth, MonthOfTheFirstDate) {
  EXPECT_EQ(choose(std::nullopt, "2024-01-31", 12), 0);
  EXPECT_EQ(choose("key", R"({"paid":"1999-12-24","seen":"2024-02-01"})", 12), 11);
}

TEST_F(ByValueMonth, FewerPartitionsShareTheMonths) { EXPECT_EQ(choose(std::nullopt, "2024-05-01", 3), 1); }

TEST_F(ByValueMonth, WithoutADateTheOtherPartition) {
  const sdk::Setting otherwise{"otherwise", "3", {}};
  make({&otherwise, 1});
  for (const char* value : {"", "2024-13-01", "2024-00-01", "2024-1-1", "2024-05-"}) EXPECT_EQ(choose("k", value, 12), 3) << value;
}

}  // namespace
}  // namespace barnabas::testing
