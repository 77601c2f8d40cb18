#include "partitioner/testing_choice.h"

#include <barnabas/testing/partitioner_conformance.h>

#include <set>

BARNABAS_PARTITIONER_CONFORMANCE(fnv1a, kStayTogether)

namespace barnabas::testing {
namespace {

using Fnv1a = Choice;

TEST_F(Fnv1a, KeysGoWhereLibrdkafkaAndSaramaSendThem) { expect_golden("fnv1a"); }

TEST_F(Fnv1a, WithoutAKeyAllGoWhereTheEmptyKeyGoes) { EXPECT_EQ(choose(std::nullopt), choose("")); }

}  // namespace
}  // namespace barnabas::testing
