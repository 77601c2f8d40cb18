#include "assignor/testing_golden.h"

#include <barnabas/testing/assignor_conformance.h>

BARNABAS_ASSIGNOR_CONFORMANCE(roundrobin, .even_members = true)

namespace barnabas::testing {
namespace {

TEST(RoundRobin, AsApacheKafkaAssigns) {
  OwnAssignor assignor;
  const auto groups = golden_groups("roundrobin");
  EXPECT_EQ(groups.size(), 60u);
  for (const GoldenGroup& golden : groups) {
    const MadeGroup group(golden.topics, golden.members);
    EXPECT_EQ(text_of(run_assignor(*assignor, group).members), text_of(golden.expected)) << "line " << golden.line;
  }
}

TEST(RoundRobin, WhoIsNotSubscribedIsPassedOver) {
  OwnAssignor assignor;
  const MadeGroup group({{"a", 3}, {"b", 2}}, {{"m1", {"a", "b"}}, {"m2", {"a"}}, {"m3", {"a", "b"}}});
  const Assigned assigned = run_assignor(*assignor, group);
  EXPECT_EQ(assigned.members, (std::vector<Partitions>{{{"a", {0}}, {"b", {0}}}, {{"a", {1}}}, {{"a", {2}}, {"b", {1}}}}));
}

}  // namespace
}  // namespace barnabas::testing
