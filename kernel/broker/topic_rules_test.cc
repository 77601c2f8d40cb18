#include "kernel/broker/topic_rules.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace barnabas::broker {
namespace {

TopicRules rules(std::map<std::string, std::string, std::less<>> values) {
  std::string told;  // the last one, as in the broker
  return topic_rules(
      [&](std::string_view key) -> std::string_view {
        const auto found = values.find(key);
        told = found == values.end() ? std::string(40, '?') : found->second;
        return found == values.end() ? std::string_view() : std::string_view(told);
      },
      {});
}

TEST(TopicRules, NumbersMayBeWrittenAsKafkaTakesThem) {
  const TopicRules read =
      rules({{"retention.ms", "+60000"}, {"max.message.bytes", " 100"}, {"segment.bytes", "2000000 "}, {"preallocate", "TRUE"}});
  EXPECT_EQ(read.log.retention.bounds.retention_ms, 60000);
  EXPECT_EQ(read.max_message_bytes, 100);
  EXPECT_EQ(read.log.storage.segment_bytes, 2'000'000);
  EXPECT_TRUE(read.log.storage.preallocate);
}

TEST(TopicRules, SpacesAroundAWordCountForNothing) {
  const TopicRules read = rules({{"compression.type", " gzip"}, {"message.timestamp.type", " LogAppendTime "}});
  EXPECT_EQ(read.codec, record::kCodecGzip);
  EXPECT_EQ(read.timestamp_type, record::TimestampType::kLogAppendTime);
}

TEST(TopicRules, ThePolicyNamesWhatBecomesOfOldRecords) {
  EXPECT_TRUE(rules({{"cleanup.policy", "delete"}}).log.retention.deletes);
  EXPECT_FALSE(rules({{"cleanup.policy", "compact"}}).log.retention.deletes);
  const TopicRules both = rules({{"cleanup.policy", "compact,delete"}});
  EXPECT_TRUE(both.log.retention.deletes && both.compacted);
}

}  // namespace
}  // namespace barnabas::broker
