#include <barnabas/testing/placement_conformance.h>

#include <map>

namespace barnabas {
namespace {

using testing::MadeCluster;
using testing::PluginUnderTest;
using testing::run_placement;

BARNABAS_PLACEMENT_CONFORMANCE(striped, .even = true, .racks = true)

TEST(StripedTest, LeadersAndFollowersAreSpreadOverRacksAndBrokers) {
  PluginUnderTest<sdk::Placement> plugin;
  MadeCluster cluster({{1, "a"}, {2, "a"}, {3, "a"}, {4, "b"}, {5, "b"}, {6, "b"}});
  const auto placed = run_placement(*plugin, cluster, 12, 2);
  ASSERT_EQ(placed.wrong, "");
  std::map<std::int32_t, int> leads, keeps;
  for (const auto& replicas : placed.partitions) {
    ++leads[replicas[0]];
    for (const std::int32_t id : replicas) ++keeps[id];
    EXPECT_NE(cluster.find(replicas[0])->rack, cluster.find(replicas[1])->rack);
  }
  for (const std::int32_t id : {1, 2, 3, 4, 5, 6}) {
    EXPECT_EQ(leads[id], 2) << id;
    EXPECT_EQ(keeps[id], 4) << id;
  }
}

TEST(StripedTest, FencedBrokersAreTheLastOfTheirRack) {
  PluginUnderTest<sdk::Placement> plugin;
  MadeCluster cluster({{1, ""}, {2, "", true}, {3, ""}});
  for (const auto& replicas : run_placement(*plugin, cluster, 6, 2).partitions)
    EXPECT_EQ(std::count(replicas.begin(), replicas.end(), 2), 0);
  for (const auto& replicas : run_placement(*plugin, cluster, 6, 3).partitions) EXPECT_EQ(replicas.back(), 2);
}

}  // namespace
}  // namespace barnabas
