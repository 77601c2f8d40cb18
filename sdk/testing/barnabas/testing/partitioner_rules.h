// What every partitioner must do, without a test framework. One thread.
#pragma once

#include <barnabas/sdk/partitioner.h>
#include <barnabas/testing/rule_sink.h>

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::testing {

enum class EqualKeys { kStayTogether, kMayPart };

namespace detail {

// One choice for a topic of `count` partitions; why it is wrong, or nothing.
inline std::string choose(sdk::Partitioner& partitioner, const sdk::RecordView& record, std::int32_t count,
                          const std::vector<std::int32_t>& available, std::int32_t& partition) {
  sdk::TopicView topic;
  topic.name = "topic";
  topic.partition_count = count;
  partition = -1;
  const sdk::Status status = partitioner.choose(topic, {available.data(), available.size()}, record, partition);
  if (!status.ok()) return "it failed: " + std::string(status.message());
  if (partition < 0 || partition >= count) return "it chose " + std::to_string(partition) + " of " + std::to_string(count) + " partitions";
  return "";
}

inline std::vector<sdk::RecordView> records(const std::vector<std::string>& texts) {
  std::vector<sdk::RecordView> made(1);  // neither key nor value
  for (const std::string& text : texts) {
    sdk::RecordView record;
    record.value = text;
    record.has_value = true;
    made.push_back(record);  // a value alone
    record.key = text;
    record.has_key = true;
    made.push_back(record);
    record.value = {};
    record.has_value = false;
    made.push_back(record);  // a tombstone
  }
  return made;
}

inline std::string in_range(sdk::Partitioner& partitioner, const std::vector<std::string>& texts) {
  for (const std::int32_t count : {1, 2, 7, 12, 1000})
    for (const bool some_available : {false, true})
      for (const sdk::RecordView& record : records(texts)) {
        std::int32_t partition = -1;
        const std::vector<std::int32_t> available(some_available ? 1 : 0, count - 1);
        if (std::string why = choose(partitioner, record, count, available, partition); !why.empty()) return why;
      }
  return "";
}

inline std::string together(sdk::Partitioner& partitioner, const std::vector<std::string>& texts) {
  sdk::TopicView topic;
  topic.name = "topic";
  topic.partition_count = 12;
  std::vector<std::int32_t> first;
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      sdk::RecordView record;
      record.key = texts[i];
      record.has_key = true;
      std::int32_t partition = -1;
      // Where the leaders are does not move a key.
      const std::vector<std::int32_t> available(1, round);
      if (std::string why = choose(partitioner, record, 12, available, partition); !why.empty()) return why;
      if (round == 0) first.push_back(partition);
      if (partition != first[i]) return "a key went to partition " + std::to_string(first[i]) + " and then to " + std::to_string(partition);
    }
    partitioner.batch_full(topic);
  }
  return "";
}

}  // namespace detail

// Reports each rule once. `keys`: whether equal, not empty keys are promised one partition.
inline void check_partitioner(sdk::Partitioner& partitioner, EqualKeys keys, RuleSink& sink) {
  std::vector<std::string> texts{std::string(1, '\0'), "key", "2024-12-31", "\xff\xfe not UTF-8", std::string(100'000, 'x')};
  for (int i = 0; i < 100; ++i) texts.push_back("key " + std::to_string(i));
  if (keys == EqualKeys::kStayTogether) sink.rule("equal keys stay together", [&] { return detail::together(partitioner, texts); });
  texts.emplace_back();
  sink.rule("every choice is a partition of the topic", [&] { return detail::in_range(partitioner, texts); });
}

}  // namespace barnabas::testing
