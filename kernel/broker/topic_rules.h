// What a topic's configuration means for appending and storing: parsed once when the metadata changes, then only read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "kernel/log/log_types.h"
#include "kernel/record/validate.h"

namespace barnabas::broker {

struct TopicRules {
  std::int32_t max_message_bytes = 1048588;
  bool compacted = false;
  record::TimestampType timestamp_type = record::TimestampType::kCreateTime;
  std::int64_t timestamp_before_max_ms = INT64_MAX;
  std::int64_t timestamp_after_max_ms = 3600000;
  std::optional<std::int8_t> codec;  // nothing: the producer's
  std::int32_t level = sdk::kDefaultLevel;
  std::int32_t min_in_sync = 1;
  log::LogSettings log;
};

// `value_of` gives the effective value of a topic key: the topic's own, else the broker's, else the default. Values are valid: they were
// checked when they were set. What it gives is valid until the next one is asked for.
using TopicValue = std::function<std::string_view(std::string_view key)>;
TopicRules topic_rules(const TopicValue& value_of, const log::LogSettings& broker_log);

}  // namespace barnabas::broker
