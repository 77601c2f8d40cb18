#include "kernel/record/meta_properties.h"

#include "kernel/base/uuid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace barnabas::record {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string refusal(std::string_view text) {
  auto parsed = parse_meta_properties(text);
  return parsed ? "accepted" : std::string(message_of(parsed.status()));
}

TEST(MetaProperties, ReadsWhatKafkaWrote) {
  auto meta = parse_meta_properties(
      "#\n#Sat Nov 21 08:46:21 UTC 2026\ncluster.id=4L6g3nShT-eMCtK--X86sw\ndirectory.id=AAAAAAAAAAEAAAAAAAAAAg\nnode.id=1\nversion=1\n");
  ASSERT_TRUE(meta);
  EXPECT_EQ(meta->version, 1);
  EXPECT_EQ(meta->cluster_id, "4L6g3nShT-eMCtK--X86sw");
  EXPECT_EQ(meta->node_id, 1);
  EXPECT_EQ(meta->directory_id, base::make_uuid(1, 2));
}

TEST(MetaProperties, VersionZeroSaysBrokerAndMayLeaveOutTheRest) {
  auto meta = parse_meta_properties("broker.id=7\n");
  ASSERT_TRUE(meta);
  EXPECT_EQ(meta->version, 0);
  EXPECT_EQ(meta->node_id, 7);
  EXPECT_EQ(meta->cluster_id, "");
  EXPECT_FALSE(meta->directory_id);
}

TEST(MetaProperties, IsWrittenAsJavaWritesIt) {
  MetaProperties meta;
  meta.cluster_id = "a=b:c";
  meta.node_id = 3;
  meta.directory_id = base::make_uuid(1, 2);
  EXPECT_EQ(print_meta_properties(meta, 1795250781123),
            "#\n#Sat Nov 21 08:46:21 UTC 2026\ncluster.id=a\\=b\\:c\ndirectory.id=AAAAAAAAAAEAAAAAAAAAAg\nnode.id=3\nversion=1\n");
  EXPECT_EQ(*parse_meta_properties(print_meta_properties(meta, 0)), meta);
}

TEST(MetaProperties, KeepsKeysItDoesNotKnow) {
  auto meta = parse_meta_properties("version=1\nnode.id=1\ncluster.id=c\nfuture=x\n");
  ASSERT_TRUE(meta);
  EXPECT_THAT(meta->others, ElementsAre(Pair("future", "x")));
  EXPECT_THAT(print_meta_properties(*meta, 0), HasSubstr("future=x\n"));
}

TEST(MetaProperties, RefusalsSayWhatIsWrong) {
  EXPECT_THAT(refusal("version=2\n"), HasSubstr("version=2, not a known version"));
  EXPECT_THAT(refusal("broker.id=one\n"), HasSubstr("broker.id=one, not a number"));
  EXPECT_THAT(refusal("directory.id=short\n"), HasSubstr("directory.id=short"));
  EXPECT_THAT(refusal("version=1\nnode.id=1\n"), HasSubstr("must say cluster.id and node.id"));
  EXPECT_THAT(refusal("a=\\u12"), HasSubstr("escape"));
}

TEST(JavaProperties, ResolvesEscapesSeparatorsAndContinuedLines) {
  auto properties = parse_java_properties("  a : b\nc d\n! note\ne\\ f=\\u00e9\\t\ng=h\\\n   i\nj\nc=last");
  ASSERT_TRUE(properties);
  EXPECT_THAT(*properties, ElementsAre(Pair("a", "b"), Pair("c", "last"), Pair("e f", "\xc3\xa9\t"), Pair("g", "hi"), Pair("j", "")));
}

RC_GTEST_PROP(JavaProperties, WhatIsWrittenComesBack, (const std::map<std::string, std::string>& entries)) {
  JavaProperties properties;
  for (const auto& [key, value] : entries) {
    const auto clean = [](std::string text) {
      std::erase(text, '\0');
      return text;
    };
    if (!clean(key).empty()) properties.emplace_back(clean(key), clean(value));
  }
  std::sort(properties.begin(), properties.end());
  properties.erase(std::unique(properties.begin(), properties.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
                   properties.end());
  auto parsed = parse_java_properties(print_java_properties(properties, 0));
  RC_ASSERT(parsed.ok());
  RC_ASSERT(*parsed == properties);
}

}  // namespace
}  // namespace barnabas::record
