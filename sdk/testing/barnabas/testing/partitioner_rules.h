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

struct PartitionedRecord {
  std::string what;
  sdk::RecordView view;
};

inline sdk::TopicView topic_of(std::int32_t count) {
  sdk::TopicView topic;
  topic.name = "topic";
  topic.partition_count = count;
  return topic;
}

// One choice for a topic of `count` partitions; why it is wrong, or nothing.
inline std::string choose(sdk::Partitioner& partitioner, const PartitionedRecord& record, std::int32_t count,
                          const std::vector<std::int32_t>& available, std::int32_t& partition) {
  partition = -1;
  const sdk::Status status = partitioner.choose(topic_of(count), {available.data(), available.size()}, record.view, partition);
  if (!status.ok()) return "for " + record.what + " it failed: " + std::string(status.message());
  if (partition >= 0 && partition < count) return "";
  return "for " + record.what + " it chose partition " + std::to_string(partition) + " of a topic with " + std::to_string(count) +
         (count == 1 ? " partition; only 0 is right" : " partitions; 0 to " + std::to_string(count - 1) + " are right");
}

inline std::vector<std::string> texts() {
  std::vector<std::string> texts{std::string(1, '\0'), "key", "2024-12-31", "\xff\xfe not UTF-8", std::string(100'000, 'x')};
  for (int i = 0; i < 100; ++i) texts.push_back("key " + std::to_string(i));
  return texts;
}

inline std::string quoted(const std::string& text) {
  std::string shown = "'";
  for (const char c : text.substr(0, 20)) shown.push_back(c >= ' ' && c <= '~' ? c : '?');
  return shown + (text.size() > 20 ? "…' of " + std::to_string(text.size()) + " octets" : "'");
}

// Views into `texts`.
inline std::vector<PartitionedRecord> records(const std::vector<std::string>& texts) {
  std::vector<PartitionedRecord> made{{"a record with neither key nor value", {}}};
  for (const std::string& text : texts) {
    sdk::RecordView record;
    record.value = text;
    record.has_value = true;
    made.push_back({"a record without a key, with the value " + quoted(text) + ",", record});
    record.key = text;
    record.has_key = true;
    made.push_back({"a record with key and value " + quoted(text), record});
    record.value = {};
    record.has_value = false;
    made.push_back({"a tombstone with the key " + quoted(text), record});
  }
  return made;
}

inline std::string in_range(sdk::Partitioner& partitioner) {
  std::vector<std::string> texts = detail::texts();
  texts.emplace_back();
  for (const std::int32_t count : {1, 2, 7, 12, 1000})
    for (const bool some_available : {false, true})
      for (const PartitionedRecord& record : records(texts)) {
        std::int32_t partition = -1;
        const std::vector<std::int32_t> available(some_available ? 1 : 0, count - 1);
        if (std::string why = choose(partitioner, record, count, available, partition); !why.empty()) return why;
      }
  return "";
}

// Neither what the value is nor where the leaders are moves a key.
inline std::string together(sdk::Partitioner& partitioner) {
  const std::vector<std::string> texts = detail::texts();
  std::vector<std::int32_t> first;
  for (std::int32_t round = 0; round < 5; ++round) {
    const std::string value = "on 2024-0" + std::to_string(round + 1) + "-15";
    for (std::size_t i = 0; i < texts.size(); ++i) {
      PartitionedRecord record{"the key " + quoted(texts[i]), {}};
      record.view.key = texts[i];
      record.view.has_key = true;
      record.view.value = value;
      record.view.has_value = true;
      std::int32_t partition = -1;
      if (std::string why = choose(partitioner, record, 12, {round}, partition); !why.empty()) return why;
      if (round == 0) first.push_back(partition);
      if (partition != first[i])
        return record.what + " went to partition " + std::to_string(first[i]) + " of 12, and later, with another value, to " +
               std::to_string(partition);
    }
    partitioner.batch_full(topic_of(12));
  }
  return "";
}

// Hints come when they come: before the first record, of topics that it was never asked about, and after a topic has grown.
inline std::string hears_hints(sdk::Partitioner& partitioner) {
  auto* load = static_cast<sdk::PartitionLoad*>(partitioner.find(sdk::PartitionLoad::kId));
  sdk::TopicView unknown = topic_of(3);
  unknown.name = "another topic";
  const std::vector<std::int32_t> available{0, 2, 5};
  const std::vector<std::int32_t> waiting{INT32_MAX, 0, 7};
  for (const std::int32_t count : {6, 3, 12}) {
    partitioner.batch_full(unknown);
    partitioner.batch_full(topic_of(count));
    for (const std::size_t known : {std::size_t{0}, std::size_t{1}, available.size()}) {
      if (load != nullptr) load->set_load(topic_of(count), {available.data(), count > 5 ? known : 0}, waiting.data());
      std::int32_t partition = -1;
      const PartitionedRecord record{"a record with neither key nor value, after hints about batches and queues,", {}};
      if (std::string why = choose(partitioner, record, count, {}, partition); !why.empty()) return why;
    }
  }
  return "";
}

inline std::string knows_its_powers(sdk::Partitioner& partitioner) {
  if (partitioner.find("barnabas.no.such.power/1") == nullptr) return "";
  return "find() answers to a name that it cannot know; it is to return null for those";
}

}  // namespace detail

// Reports each rule once. `keys`: whether equal, not empty keys are promised one partition.
inline void check_partitioner(sdk::Partitioner& partitioner, EqualKeys keys, RuleSink& sink) {
  if (keys == EqualKeys::kStayTogether) sink.rule("equal keys stay together", [&] { return detail::together(partitioner); });
  sink.rule("every choice is a partition of the topic", [&] { return detail::in_range(partitioner); });
  sink.rule("hints may come at any time", [&] { return detail::hears_hints(partitioner); });
  sink.rule("it answers only to the powers that it has", [&] { return detail::knows_its_powers(partitioner); });
}

}  // namespace barnabas::testing
