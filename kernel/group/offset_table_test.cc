#include "kernel/group/offset_table.h"

#include <gtest/gtest.h>

namespace barnabas::group {
namespace {

StoredOffset of(std::int64_t offset) {
  StoredOffset value;
  value.topic = "t";
  value.offset = offset;
  return value;
}

TEST(OffsetTableTest, ACommitThatIsHeardAfterALaterForgettingStaysForgotten) {
  OffsetTable table;
  const std::uint64_t commit = table.begin({of(5)});
  const std::uint64_t forgetting = table.begin_forgetting();
  table.forgotten(forgetting, {{"t", 0}});
  table.done(commit, {of(5)}, true);
  EXPECT_EQ(table.find("t", 0), nullptr);
  EXPECT_TRUE(table.empty());
}

TEST(OffsetTableTest, AForgettingThatIsHeardAfterALaterCommitTakesNothing) {
  OffsetTable table;
  const std::uint64_t forgetting = table.begin_forgetting();
  const std::uint64_t commit = table.begin({of(5)});
  table.done(commit, {of(5)}, true);
  table.forgotten(forgetting, {{"t", 0}});
  ASSERT_NE(table.find("t", 0), nullptr);
  EXPECT_EQ(table.find("t", 0)->offset, 5);
}

TEST(OffsetTableTest, ACommitUnderWayOutlivesWhatWasForgottenBefore) {
  OffsetTable table;
  table.load(of(1));
  const std::uint64_t forgetting = table.begin_forgetting();
  const std::uint64_t commit = table.begin({of(5)});
  table.forgotten(forgetting, {{"t", 0}});
  EXPECT_EQ(table.find("t", 0), nullptr);
  table.done(commit, {of(5)}, true);
  EXPECT_EQ(table.find("t", 0)->offset, 5);
}

}  // namespace
}  // namespace barnabas::group
