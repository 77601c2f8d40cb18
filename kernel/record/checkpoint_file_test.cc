#include "kernel/record/checkpoint_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::record {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(std::string_view text) {
  auto parsed = parse_partition_offsets(text);
  return parsed ? "accepted" : std::string(message_of(parsed.status()));
}

TEST(CheckpointFile, IsWrittenAsKafkaWritesIt) {
  const std::vector<PartitionOffset> entries{{"orders", 0, 42}, {"a.b-c", 12, 0}};
  EXPECT_EQ(print_partition_offsets(entries), "0\n2\norders 0 42\na.b-c 12 0\n");
  EXPECT_EQ(*parse_partition_offsets(print_partition_offsets(entries)), entries);
}

TEST(CheckpointFile, AnEmptyFileHasNoEntries) {
  EXPECT_THAT(*parse_partition_offsets(""), IsEmpty());
  EXPECT_THAT(*parse_partition_offsets("0\n0\n"), IsEmpty());
}

TEST(CheckpointFile, LinesOfAnyContentComeBack) {
  EXPECT_THAT(*parse_checkpoint_lines("0\n2\n0 0\n3 17\n"), ElementsAre("0 0", "3 17"));
  EXPECT_EQ(print_checkpoint_lines(std::vector<std::string>{"0 0", "3 17"}), "0\n2\n0 0\n3 17\n");
}

TEST(CheckpointFile, RefusalsNameTheLine) {
  EXPECT_THAT(refusal("1\n0\n"), HasSubstr("line 1 is '1', not version 0"));
  EXPECT_THAT(refusal("0\nmany\n"), HasSubstr("line 2 is 'many'"));
  EXPECT_THAT(refusal("0\n1\norders 42\n"), HasSubstr("line 3 is 'orders 42', not 'topic partition offset'"));
  EXPECT_THAT(refusal("0\n1\norders 0 x\n"), HasSubstr("line 3"));
  EXPECT_THAT(refusal("0\n1\norders 0 -7\n"), HasSubstr("line 3"));
}

TEST(CheckpointFile, ATornFileIsRefusedAsAWhole) {
  EXPECT_THAT(refusal("0\n2\norders 0 42\n"), HasSubstr("announces 2 entries and has 1"));
  EXPECT_THAT(refusal("0\n1\norders 0 42\norders 1 42\n"), HasSubstr("announces 1 entries and has 2"));
}

}  // namespace
}  // namespace barnabas::record
