#include "layout.h"
#include "partition_metadata.h"

#include <gtest/gtest.h>

namespace barnabas::segment {
namespace {

TEST(Layout, SegmentFilesAreNamedByTwentyDigits) {
  EXPECT_EQ(to_string(SegmentFileName{42, Part::kLog, Suffix::kNone}), "00000000000000000042.log");
  EXPECT_EQ(to_string(SegmentFileName{42, Part::kTimeIndex, Suffix::kSwap}), "00000000000000000042.timeindex.swap");
  EXPECT_EQ(to_string(SegmentFileName{INT64_MAX, Part::kTransactionIndex, Suffix::kDeleted}), "09223372036854775807.txnindex.deleted");
  for (const Part part : kParts) {
    const auto parsed = parse_segment_file(to_string(SegmentFileName{7, part, Suffix::kCleaned}));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->base_offset, 7);
    EXPECT_EQ(parsed->part, part);
    EXPECT_EQ(parsed->suffix, Suffix::kCleaned);
  }
}

TEST(Layout, OtherNamesAreNoSegmentFiles) {
  for (const char* name : {"", "42.log", "00000000000000000042.snapshot", "00000000000000000042.logs", "0000000000000000004x.log",
                           "00000000000000000042.log.old", "-0000000000000000042.log", "99999999999999999999.log"})
    EXPECT_FALSE(parse_segment_file(name)) << name;
}

TEST(Layout, SideFilesAreAllThatTheStorageGivesNoMeaningTo) {
  for (const char* name : {"leader-epoch-checkpoint", "00000000000000000042.snapshot", "remote_log_snapshot"})
    EXPECT_TRUE(is_side_file(name)) << name;
  for (const char* name :
       {"", ".", "..", "a/b", "partition.metadata", "x.tmp", "00000000000000000042.snapshot.deleted", "00000000000000000042.log"})
    EXPECT_FALSE(is_side_file(name)) << name;
  EXPECT_FALSE(is_side_file(std::string(252, 'x')));
}

TEST(Layout, FoldersAreTopicAndPartition) {
  EXPECT_EQ(to_string(FolderName{"a.b-c", 12}), "a.b-c-12");
  EXPECT_EQ(parse_folder("a.b-c-12"), (FolderName{"a.b-c", 12}));
  for (const char* name : {"orders", "-0", "orders-", "orders-x", "orders--1x", "lost+found", "orders-99999999999"})
    EXPECT_FALSE(parse_folder(name)) << name;
}

TEST(Layout, FoldersSetAsideFitAFileNameAndAreRecognised) {
  const std::string name = aside_folder({"orders", 3}, 0x1234, 0xabcd, kDelete);
  EXPECT_EQ(name, "orders-3.0000000000001234000000000000abcd-delete");
  EXPECT_TRUE(is_aside_folder(name, kDelete));
  EXPECT_FALSE(is_aside_folder(name, kStray));
  EXPECT_FALSE(is_aside_folder("my-delete", kDelete)) << "an odd name, but no folder of ours";
  EXPECT_EQ(aside_folder({std::string(249, 't'), 2147483647}, 1, 2, kStray).size(), 255u);
}

TEST(PartitionMetadata, ABeginningOfItIsTornAndAnythingElseIsNot) {
  const std::string whole = print_partition_metadata({{1, 2, 3}});
  for (const std::string& torn :
       {std::string(), std::string(40, '\0'), std::string("versi"), whole.substr(0, 30), "version: 0\n" + std::string(9, '\0')})
    EXPECT_TRUE(is_torn(torn)) << torn;
  for (const std::string& other : {whole, whole + "\n", std::string("version: 1\n"), std::string("x")})
    EXPECT_FALSE(is_torn(other)) << other;
}

}  // namespace
}  // namespace barnabas::segment
