#include "tools/barnabas/groups/reset_file.h"

#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

std::string refusal(std::string_view content, const std::vector<std::string>& groups = {"g"}) {
  auto plan = parse_reset_file("f.csv", content, groups);
  return plan ? "" : std::string(message_of(plan.status()));
}

TEST(ResetFile, ThreeFieldsAreTheOneGroups) {
  auto plan = parse_reset_file("f.csv", "t,0,7\r\n\nt,1,-2\n", {"g"});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(*plan, (ResetPlan{{"g", {{{"t", 0}, 7}, {{"t", 1}, -2}}}}));
}

TEST(ResetFile, FourFieldsNameTheGroup) {
  const ResetPlan expected = {{"a,b", {{{"t", 0}, 7}}}, {"say \"x\"", {{{"t", 1}, 8}}}};
  const char* content = "\"a,b\",t,0,7\n\"say \"\"x\"\"\",\"t\",1,8";
  for (const std::vector<std::string>& groups : {std::vector<std::string>{"g"}, {"a", "b"}, {}}) {
    auto plan = parse_reset_file("f.csv", content, groups);
    ASSERT_TRUE(plan.ok()) << message_of(plan.status());
    EXPECT_EQ(*plan, expected);
  }
}

TEST(ResetFile, AWrongLineIsNamed) {
  EXPECT_EQ(refusal("t,0,7\nt,x,2\n"), "f.csv:2: 't,x,2' is not TOPIC,PARTITION,OFFSET");
  EXPECT_EQ(refusal("t,0,7\nt,0\n"), "f.csv:2: 't,0' is not TOPIC,PARTITION,OFFSET");
  EXPECT_EQ(refusal("t,0,7\ng,t,0,7\n"), "f.csv:2: 'g,t,0,7' is not TOPIC,PARTITION,OFFSET");
  EXPECT_EQ(refusal("g,t,0,7\nt,0,7\n"), "f.csv:2: 't,0,7' is not GROUP,TOPIC,PARTITION,OFFSET");
  EXPECT_EQ(refusal("t,0,7\n", {"a", "b"}), "f.csv:1: 't,0,7' is not GROUP,TOPIC,PARTITION,OFFSET");
  for (const char* line : {"t,-1,7", "t,0,", "t,0,99999999999999999999", "t,99999999999,1", "\"t,0,7", "\"t\"x,0,7", "t,0,7 "})
    EXPECT_NE(refusal(std::string("t,0,1\n") + line), "") << line;
}

TEST(ResetFile, AnEmptyFileIsNoPlan) {
  EXPECT_EQ(refusal(""), "f.csv has no line TOPIC,PARTITION,OFFSET");
  EXPECT_EQ(refusal("\n\n"), "f.csv has no line TOPIC,PARTITION,OFFSET");
}

TEST(ResetFile, TextIsQuotedWhereKafkaQuotesIt) {
  const Offsets one = {{{"t", 0}, 2}};
  EXPECT_EQ(reset_csv({{"g", one}}, false), "t,0,2\n");
  EXPECT_EQ(reset_csv({{"a/b:c", one}, {"has space", one}, {"plus+x", one}, {"quo\"te", one}}, true),
            "a/b:c,t,0,2\n\"has space\",t,0,2\n\"plus+x\",t,0,2\n\"quo\"\"te\",t,0,2\n");
  EXPECT_EQ(reset_csv({{"g", {{{"x-topic-of-exactly-25-char", 0}, 1}}}}, false), "\"x-topic-of-exactly-25-char\",0,1\n");
  EXPECT_EQ(reset_csv({{"g", {{{"a-topic-with-a-long-name", 0}, 1}}}}, false), "a-topic-with-a-long-name,0,1\n");
}

TEST(ResetFile, WhatIsWrittenIsReadBack) {
  const ResetPlan plan = {{"a \"very\", odd group of more than 24", {{{"t", 0}, 1}, {{"u", 3}, 5}}}, {"g", {{{"t", 0}, 9}}}};
  auto read = parse_reset_file("f.csv", reset_csv(plan, true), {});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, plan);
}

}  // namespace
}  // namespace barnabas::tools
