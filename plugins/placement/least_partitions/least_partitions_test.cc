#include <barnabas/testing/placement_conformance.h>

namespace barnabas {
namespace {

using testing::MadeCluster;
using testing::PluginUnderTest;
using testing::Replicas;
using testing::run_placement;

BARNABAS_PLACEMENT_CONFORMANCE(least_partitions, .even = true, .racks = true)

TEST(LeastPartitionsTest, ABrokerThatIsNewFillsUpFirst) {
  PluginUnderTest<sdk::Placement> plugin;
  MadeCluster cluster({{.id = 1, .replicas = 5, .leaders = 5}, {.id = 2, .replicas = 3, .leaders = 3}, {.id = 3}});
  EXPECT_EQ(run_placement(*plugin, cluster, 5, 1).partitions, (Replicas{{3}, {3}, {3}, {2}, {3}}));
}

TEST(LeastPartitionsTest, WhoLeadsIsChosenByWhatItLeadsAndTheOthersByWhatTheyKeep) {
  PluginUnderTest<sdk::Placement> plugin;
  MadeCluster cluster(
      {{.id = 1, .replicas = 1, .leaders = 1}, {.id = 2, .replicas = 9, .leaders = 0}, {.id = 3, .replicas = 4, .leaders = 4}});
  EXPECT_EQ(run_placement(*plugin, cluster, 1, 2).partitions, (Replicas{{2, 1}}));
}

TEST(LeastPartitionsTest, AnotherRackCountsMoreThanTheLoad) {
  PluginUnderTest<sdk::Placement> plugin;
  MadeCluster cluster({{.id = 1, .rack = "a"}, {.id = 2, .rack = "a"}, {.id = 3, .rack = "b", .replicas = 70, .leaders = 70}});
  EXPECT_EQ(run_placement(*plugin, cluster, 1, 2).partitions, (Replicas{{1, 3}}));
}

TEST(LeastPartitionsTest, FencedBrokersAreTheLast) {
  PluginUnderTest<sdk::Placement> plugin;
  MadeCluster cluster({{.id = 1, .fenced = true}, {.id = 2, .replicas = 8, .leaders = 8}, {.id = 3, .replicas = 9, .leaders = 9}});
  EXPECT_EQ(run_placement(*plugin, cluster, 1, 3).partitions, (Replicas{{2, 3, 1}}));
}

}  // namespace
}  // namespace barnabas
