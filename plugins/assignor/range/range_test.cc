#include "assignor/testing_golden.h"

#include <barnabas/testing/assignor_conformance.h>

BARNABAS_ASSIGNOR_CONFORMANCE(range, .even_topics = true)

namespace barnabas::testing {
namespace {

TEST(Range, AsApacheKafkaAssigns) {
  OwnAssignor assignor;
  const auto groups = golden_groups("range");
  EXPECT_EQ(groups.size(), 120u);
  for (const GoldenGroup& golden : groups) {
    const MadeGroup group(golden.topics, golden.members);
    EXPECT_EQ(text_of(run_assignor(*assignor, group).members), text_of(golden.expected)) << "line " << golden.line;
  }
}

TEST(Range, EqualPartitionsOfTopicsComeTogether) {
  OwnAssignor assignor;
  const MadeGroup group({{"a", 5}, {"b", 5}}, {{"m1", {"a", "b"}}, {"m2", {"a", "b"}}});
  const Assigned assigned = run_assignor(*assignor, group);
  EXPECT_EQ(assigned.members, (std::vector<Partitions>{{{"a", {0, 1, 2}}, {"b", {0, 1, 2}}}, {{"a", {3, 4}}, {"b", {3, 4}}}}));
}

TEST(Range, StaticMembersKeepTheirPlaceUnderAnotherId) {
  OwnAssignor assignor;
  MadeMember first{"z", {"a"}}, second{"a", {"a"}};
  first.instance_id = "1";
  second.instance_id = "2";
  const Assigned before = run_assignor(*assignor, MadeGroup({{"a", 3}}, {first, second}));
  EXPECT_EQ(before.members, (std::vector<Partitions>{{{"a", {2}}}, {{"a", {0, 1}}}}));  // by member id
  first.id = "0";
  const Assigned after = run_assignor(*assignor, MadeGroup({{"a", 3}}, {first, second}));
  EXPECT_EQ(after.members, (std::vector<Partitions>{{{"a", {0, 1}}}, {{"a", {2}}}}));
}

TEST(Range, WhatIsNearComesFirst) {
  OwnAssignor assignor;
  MadeMember north{"m1", {"a"}}, south{"m2", {"a"}};
  north.rack = "north";
  south.rack = "south";
  const MadeGroup group({{"a", 4, {{"south"}, {"north"}, {"south"}, {"north"}}}}, {north, south});
  EXPECT_EQ(run_assignor(*assignor, group).members, (std::vector<Partitions>{{{"a", {1, 3}}}, {{"a", {0, 2}}}}));
}

}  // namespace
}  // namespace barnabas::testing
