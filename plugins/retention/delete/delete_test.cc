#include <barnabas/testing/plugin_under_test.h>
#include <barnabas/testing/retention_conformance.h>

BARNABAS_RETENTION_CONFORMANCE(delete, .by_bounds = true)

namespace barnabas {
namespace {

using testing::MadeLog;
using testing::PluginUnderTest;
using testing::visit_at;

// Where the log begins after a visit at 1,000 ms.
std::int64_t start_after(MadeLog& log, sdk::RetentionBounds bounds) {
  PluginUnderTest<sdk::Retention> plugin;
  const sdk::Status status = plugin->visit(visit_at(1000, bounds), log);
  EXPECT_TRUE(status.ok()) << std::string_view(status.message());
  return log.start();
}

TEST(DeleteTest, SegmentsGoWhenTheirYoungestRecordIsTooOld) {
  MadeLog log({{10, 100, 500}, {10, 100, 899}, {10, 100, 900}, {10, 100, 950}});
  EXPECT_EQ(start_after(log, {.retention_ms = 100}), 20) << "one of just that age stays";
}

TEST(DeleteTest, AnOldSegmentBehindAYoungOneStays) {
  MadeLog log({{10, 100, 100}, {10, 100, 990}, {10, 100, 100}, {10, 100, 990}});
  EXPECT_EQ(start_after(log, {.retention_ms = 100}), 10);
}

TEST(DeleteTest, TheSegmentThatIsWrittenToGoesToo) {
  MadeLog log({{10, 100, 500}, {10, 100, 800}});
  EXPECT_EQ(start_after(log, {.retention_ms = 100}), 20);
  ASSERT_EQ(log.kept().size(), 1u);
  EXPECT_EQ(log.kept().front().size, 0u) << "a new one, and empty";
}

TEST(DeleteTest, TheLogStaysAtLeastAsLargeAsAllowed) {
  MadeLog log({{10, 100, 990}, {10, 100, 990}, {10, 100, 990}, {10, 50, 990}});
  EXPECT_EQ(start_after(log, {.retention_bytes = 200}), 10) << "without the second it would have 150";
  MadeLog exact({{10, 100, 990}, {10, 100, 990}, {10, 100, 990}});
  EXPECT_EQ(start_after(exact, {.retention_bytes = 200}), 10);
  MadeLog none({{10, 100, 990}, {10, 100, 990}});
  EXPECT_EQ(start_after(none, {.retention_bytes = 0}), 20);
}

TEST(DeleteTest, SizeIsLookedAtInWhatTimeHasLeft) {
  MadeLog log({{10, 300, 100}, {10, 100, 990}, {10, 100, 990}});
  EXPECT_EQ(start_after(log, {.retention_ms = 100, .retention_bytes = 200}), 10);
}

TEST(DeleteTest, NothingThatReachesTheHighWatermarkGoes) {
  MadeLog log({{10, 100, 100}, {10, 100, 100}, {10, 100, 100}});
  log.set_high_watermark(19);
  EXPECT_EQ(start_after(log, {.retention_ms = 100, .retention_bytes = 0}), 10);
}

TEST(DeleteTest, WithoutBoundsEverythingStays) {
  MadeLog log({{10, 100, 1}, {10, 100, 2}});
  EXPECT_EQ(start_after(log, {}), 0);
}

}  // namespace
}  // namespace barnabas
