#include "kernel/group/consumer/topic_regex.h"

#include <gtest/gtest.h>

#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::group {
namespace {

std::shared_ptr<const catalog::Image> image_of(const std::vector<std::string>& names) {
  catalog::ImageBuilder builder;
  for (std::size_t i = 0; i < names.size(); ++i) {
    wire::TopicRecord record;
    record.name = names[i];
    record.topic_id = base::make_uuid(7, i);
    catalog::FramedRecords records;
    records.add(record, 0);
    EXPECT_TRUE(builder.apply(records[0]).ok());
  }
  return builder.build();
}

TEST(TopicRegexTest, MatchesWholeNamesInOrder) {
  const auto image = image_of({"t2", "t1", "t10", "other", "T1"});
  using Matches = std::vector<std::vector<std::string>>;
  EXPECT_EQ(matching_topics(*image, {"t.", "t1|other", "(", "t", "(?i)t1", ".*"}),
            (Matches{{"t1", "t2"}, {"other", "t1"}, {}, {}, {"T1", "t1"}, {"T1", "other", "t1", "t10", "t2"}}));
}

TEST(TopicRegexTest, SaysWhatIsWrongInTheWordsOfKafka) {
  EXPECT_EQ(regex_refusal("foo-(a|b).*"), std::nullopt);
  EXPECT_EQ(regex_refusal("("), "missing closing )");
  EXPECT_EQ(regex_refusal("[a"), "missing closing ]");
  EXPECT_EQ(regex_refusal("a**"), "invalid nested repetition operator");
  EXPECT_EQ(regex_refusal("*"), "missing argument to repetition operator");
  EXPECT_EQ(regex_refusal("a\\"), "trailing backslash at end of expression");
  EXPECT_EQ(regex_refusal("[b-a]"), "invalid character class range");
  EXPECT_EQ(regex_refusal("\\y"), "invalid escape sequence");
  EXPECT_EQ(regex_refusal("a{2000}"), "invalid repeat count");
  EXPECT_EQ(regex_refusal("(?=a)"), "invalid or unsupported Perl syntax");
  EXPECT_NE(regex_refusal("\xff"), std::nullopt);
}

TEST(TopicRegexTest, WhatWouldTakeTheMemoryIsRefused) {
  EXPECT_NE(regex_refusal("((a{100}){100}){100}"), std::nullopt);
  std::string large;
  for (int i = 0; i < 100; ++i) large += "\\pL{1,900}";
  EXPECT_NE(regex_refusal(large), std::nullopt);
  EXPECT_NE(regex_refusal(std::string(8'000, '(')), std::nullopt);
  EXPECT_EQ(regex_refusal(std::string(8'192, 'a')), std::nullopt);
  EXPECT_EQ(regex_refusal(std::string(8'193, 'a')), "it has 8193 octets, at most 8192 are taken");
}

}  // namespace
}  // namespace barnabas::group
