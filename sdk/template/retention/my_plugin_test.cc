// The rules of all retentions, and those of this one.
#include <barnabas/testing/plugin_under_test.h>
#include <barnabas/testing/retention_conformance.h>

namespace sdk = barnabas::sdk;

// It does not promise to keep to the topic's bounds (.by_bounds = true).
BARNABAS_RETENTION_CONFORMANCE(MyPluginRetention)

namespace {

using barnabas::testing::MadeLog;
using barnabas::testing::visit_at;
using Plugin = barnabas::testing::PluginUnderTest<sdk::Retention>;

TEST(MyPluginRetention, TheLastRecordsAreKept) {
  Plugin plugin{{"records", "15", {}}};
  MadeLog log({{10, 100, 1}, {10, 100, 2}, {10, 100, 3}});
  EXPECT_TRUE(plugin->visit(visit_at(1000, {}), log));
  EXPECT_EQ(log.start(), 15);
  EXPECT_EQ(log.kept().size(), 2u) << "a segment goes when all of it may go";
}

TEST(MyPluginRetention, AShortLogIsLeftAlone) {
  Plugin plugin{{"records", "15", {}}};
  MadeLog log({{10, 100, 1}});
  EXPECT_TRUE(plugin->visit(visit_at(1000, {}), log));
  EXPECT_EQ(log.deletions(), 0u);
}

}  // namespace
