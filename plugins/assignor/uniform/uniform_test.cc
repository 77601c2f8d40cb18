#include "assignor/testing_golden.h"

#include <barnabas/testing/assignor_conformance.h>

BARNABAS_ASSIGNOR_CONFORMANCE(uniform, .even_members = true, .keeps = true)

namespace barnabas::testing {
namespace {

bool all_read_the_same(const GoldenGroup& group) {
  for (const MadeMember& member : group.members)
    if (member.topics != group.members[0].topics) return false;
  return true;
}

TEST(Uniform, AsApacheKafkaAssigns) {
  OwnAssignor assignor;
  const auto groups = golden_groups("uniform");
  EXPECT_EQ(groups.size(), 120u);
  int same = 0;
  for (const GoldenGroup& golden : groups) {
    if (!all_read_the_same(golden)) continue;
    ++same;
    const MadeGroup group(golden.topics, golden.members);
    EXPECT_EQ(text_of(run_assignor(*assignor, group).members), text_of(golden.expected)) << "line " << golden.line;
  }
  EXPECT_GE(same, 60);
}

std::size_t unevenness(const std::vector<Partitions>& members) {
  std::size_t sum = 0;
  for (std::size_t m = 0; m < members.size(); ++m) {
    const std::size_t count = Assigned{members, ""}.count(m);
    sum += count * count;
  }
  return sum;
}

std::size_t kept_of(const GoldenGroup& group, const std::vector<Partitions>& after) {
  std::vector<Partitions> before;
  for (const MadeMember& member : group.members) before.push_back(member.owned);
  return detail::kept(before, after);
}

// With unequal subscriptions there are many answers of the same worth, and Kafka's depends on the order of its hash maps.
TEST(Uniform, UnequalSubscriptionsAsEvenlyAsApacheKafka) {
  OwnAssignor assignor;
  int unequal = 0, same = 0;
  for (const GoldenGroup& golden : golden_groups("uniform")) {
    if (all_read_the_same(golden)) continue;
    ++unequal;
    const Assigned assigned = run_assignor(*assignor, MadeGroup(golden.topics, golden.members));
    EXPECT_EQ(assigned.wrong, "") << "line " << golden.line;
    EXPECT_LE(unevenness(assigned.members), unevenness(golden.expected)) << "line " << golden.line;
    if (unevenness(assigned.members) == unevenness(golden.expected)) {
      EXPECT_GE(kept_of(golden, assigned.members), kept_of(golden, golden.expected)) << "line " << golden.line;
    }
    same += assigned.members == golden.expected ? 1 : 0;
  }
  EXPECT_GE(unequal, 40);
  EXPECT_GE(same, unequal / 2);
}

TEST(Uniform, WhoOwnsByTheHigherGenerationKeeps) {
  OwnAssignor assignor;
  const auto assigned = [&](std::int32_t first, std::int32_t second) {
    MadeMember one{"m1", {"a"}, {{"a", {0}}}, first}, other{"m2", {"a"}, {{"a", {0}}}, second};
    return run_assignor(*assignor, MadeGroup({{"a", 2}}, {one, other})).members;
  };
  EXPECT_EQ(assigned(5, 4), (std::vector<Partitions>{{{"a", {0}}}, {{"a", {1}}}}));
  EXPECT_EQ(assigned(4, 5), (std::vector<Partitions>{{{"a", {1}}}, {{"a", {0}}}}));
  EXPECT_EQ(assigned(4, 4), (std::vector<Partitions>{{{"a", {0}}}, {{"a", {1}}}}));  // neither: dealt anew
}

TEST(Uniform, WhatAMemberMayNotReadAnyMoreIsTakenFromIt) {
  OwnAssignor assignor;
  MadeMember one{"m1", {"b"}, {{"a", {0, 1}}, {"b", {0}}}, 1}, other{"m2", {"a", "b"}};
  const MadeGroup group({{"a", 2}, {"b", 1}}, {one, other});
  EXPECT_EQ(run_assignor(*assignor, group).members, (std::vector<Partitions>{{{"b", {0}}}, {{"a", {0, 1}}}}));
}

}  // namespace
}  // namespace barnabas::testing
