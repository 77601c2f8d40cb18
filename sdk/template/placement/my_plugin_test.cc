// The rules of all placements, and those of this one.
#include <barnabas/testing/placement_conformance.h>
#include <barnabas/testing/plugin_under_test.h>

namespace sdk = barnabas::sdk;

// What it promises beyond an answer that can be used; nothing is promised of racks (.racks = true).
BARNABAS_PLACEMENT_CONFORMANCE(MyPluginPlacement, .even = true)

namespace {

using barnabas::testing::MadeCluster;
using barnabas::testing::Replicas;
using Plugin = barnabas::testing::PluginUnderTest<sdk::Placement>;

TEST(MyPluginPlacement, EachPartitionIsLedByTheNextBroker) {
  Plugin plugin;
  MadeCluster cluster({{.id = 1}, {.id = 2}, {.id = 3}});
  EXPECT_EQ(barnabas::testing::run_placement(*plugin, cluster, 4, 2).partitions, (Replicas{{1, 2}, {2, 3}, {3, 1}, {1, 2}}));
}

TEST(MyPluginPlacement, BrokersThatAreNotThereComeLast) {
  Plugin plugin;
  MadeCluster cluster({{.id = 1, .fenced = true}, {.id = 2}});
  EXPECT_EQ(barnabas::testing::run_placement(*plugin, cluster, 1, 2).partitions, (Replicas{{2, 1}}));
}

}  // namespace
