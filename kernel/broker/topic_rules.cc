#include "kernel/broker/topic_rules.h"

#include "kernel/config/kafka_keys.h"

namespace barnabas::broker {
namespace {

template <class T>
T number(const TopicValue& value_of, std::string_view key, T otherwise) {
  return static_cast<T>(config::integer_of(value_of(key)).value_or(otherwise));  // its range was checked when it was set
}

std::optional<std::int8_t> codec_of(std::string_view name) {
  if (name == "producer") return std::nullopt;
  for (std::int8_t codec = record::kCodecGzip; codec <= record::kCodecZstd; ++codec)
    if (record::codec_name(codec) == name) return codec;
  return record::kCodecNone;  // "uncompressed"
}

// Metadata that others wrote has values as they were sent.
std::string_view text(const TopicValue& value_of, std::string_view key) { return config::trimmed(value_of(key)); }

std::int32_t level_of(const TopicValue& value_of, std::optional<std::int8_t> codec) {
  switch (codec.value_or(record::kCodecNone)) {
    case record::kCodecGzip:
      return number(value_of, "compression.gzip.level", sdk::kDefaultLevel);
    case record::kCodecLz4:
      return number(value_of, "compression.lz4.level", sdk::kDefaultLevel);
    case record::kCodecZstd:
      return number(value_of, "compression.zstd.level", sdk::kDefaultLevel);
    default:
      return sdk::kDefaultLevel;
  }
}

}  // namespace

TopicRules topic_rules(const TopicValue& value_of, const log::LogSettings& broker_log) {
  TopicRules rules;
  rules.max_message_bytes = number(value_of, "max.message.bytes", rules.max_message_bytes);
  const std::string_view policy = value_of("cleanup.policy");
  rules.compacted = policy.find("compact") != std::string_view::npos;
  log::RetentionRules retention;
  retention.deletes = policy.find("delete") != std::string_view::npos;
  retention.bounds.retention_ms = number(value_of, "retention.ms", retention.bounds.retention_ms);
  retention.bounds.retention_bytes = number(value_of, "retention.bytes", retention.bounds.retention_bytes);
  if (text(value_of, "message.timestamp.type") == "LogAppendTime") rules.timestamp_type = record::TimestampType::kLogAppendTime;
  rules.timestamp_before_max_ms = number(value_of, "message.timestamp.before.max.ms", rules.timestamp_before_max_ms);
  rules.timestamp_after_max_ms = number(value_of, "message.timestamp.after.max.ms", rules.timestamp_after_max_ms);
  rules.codec = codec_of(text(value_of, "compression.type"));
  rules.level = level_of(value_of, rules.codec);
  rules.min_in_sync = number(value_of, "min.insync.replicas", rules.min_in_sync);

  rules.log = broker_log;
  rules.log.retention = retention;
  sdk::PartitionSettings& storage = rules.log.storage;
  storage.segment_bytes = number(value_of, "segment.bytes", storage.segment_bytes);
  storage.segment_ms = number(value_of, "segment.ms", storage.segment_ms);
  storage.segment_jitter_ms = number(value_of, "segment.jitter.ms", storage.segment_jitter_ms);
  storage.index_interval_bytes = number(value_of, "index.interval.bytes", storage.index_interval_bytes);
  storage.segment_index_bytes = number(value_of, "segment.index.bytes", storage.segment_index_bytes);
  storage.file_delete_delay_ms = number(value_of, "file.delete.delay.ms", storage.file_delete_delay_ms);
  storage.preallocate = config::boolean_of(value_of("preallocate")).value_or(false);
  if (rules.compacted) storage.segment_ms = std::min(storage.segment_ms, number(value_of, "max.compaction.lag.ms", storage.segment_ms));
  return rules;
}

}  // namespace barnabas::broker
