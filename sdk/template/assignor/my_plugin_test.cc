// The rules of all assignors, and those of this one.
#include <barnabas/testing/assignor_conformance.h>
#include <barnabas/testing/plugin_under_test.h>

namespace sdk = barnabas::sdk;

// What it promises beyond an assignment that can be used; nothing is promised of what members keep when others come and go (.keeps = true).
BARNABAS_ASSIGNOR_CONFORMANCE(MyPluginAssignor, .even_topics = true, .even_members = true)

namespace {

using barnabas::testing::MadeGroup;
using barnabas::testing::Partitions;
using Plugin = barnabas::testing::PluginUnderTest<sdk::Assignor>;

TEST(MyPluginAssignor, PartitionsAreDealtOutInTurn) {
  Plugin plugin;
  const MadeGroup group({{"orders", 3}, {"payments", 1}}, {{"anna", {"orders", "payments"}}, {"bert", {"orders", "payments"}}});
  const auto assigned = barnabas::testing::run_assignor(*plugin, group);
  EXPECT_EQ(assigned.members[0], (Partitions{{"orders", {0, 2}}}));
  EXPECT_EQ(assigned.members[1], (Partitions{{"orders", {1}}, {"payments", {0}}}));
}

TEST(MyPluginAssignor, OnlyReadersGetATopic) {
  Plugin plugin;
  const MadeGroup group({{"orders", 2}, {"payments", 2}}, {{"anna", {"orders"}}, {"bert", {"orders", "payments"}}});
  const auto assigned = barnabas::testing::run_assignor(*plugin, group);
  EXPECT_EQ(assigned.members[1].at("payments"), (std::vector<std::int32_t>{0, 1}));
}

}  // namespace
