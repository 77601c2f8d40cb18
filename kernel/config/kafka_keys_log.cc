// Broker keys about the log.
#include "kernel/config/kafka_key_tables.h"

namespace barnabas::config {

namespace {

constexpr std::string_view kOldVersions =
    "[0.8.0, 0.8.1, 0.8.2, 0.9.0, 0.10.0-IV0, 0.10.0-IV1, 0.10.1-IV0, 0.10.1-IV1, 0.10.1-IV2, 0.10.2-IV0, 0.11.0-IV"
    "0, 0.11.0-IV1, 0.11.0-IV2, 1.0-IV0, 1.1-IV0, 2.0-IV0, 2.0-IV1, 2.1-IV0, 2.1-IV1, 2.1-IV2, 2.2-IV0, 2.2-IV1, 2."
    "3-IV0, 2.3-IV1, 2.4-IV0, 2.4-IV1, 2.5-IV0, 2.6-IV0, 2.7-IV0, 2.7-IV1, 2.7-IV2, 2.8-IV0, 2.8-IV1, 3.0-IV0, 3.0-"
    "IV1, 3.1-IV0, 3.2-IV0, 3.3-IV0, 3.3-IV1, 3.3-IV2, 3.3-IV3, 3.4-IV0, 3.5-IV0, 3.5-IV1, 3.5-IV2, 3.6-IV0, 3.6-IV"
    "1, 3.6-IV2, 3.7-IV0, 3.7-IV1, 3.7-IV2, 3.7-IV3, 3.7-IV4, 3.8-IV0, 3.9-IV0, 4.0-IV0, 4.0-IV1]";

}  // namespace

// clang-format off
constexpr KafkaKey kLogBrokerKeys[] = {
    {"log.cleaner.backoff.ms", KafkaType::kLong, "15000", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Sleep when nothing to clean."},
    {"log.cleaner.dedupe.buffer.size", KafkaType::kLong, "134217728", "", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Total key map memory."},
    {"log.cleaner.delete.retention.ms", KafkaType::kLong, "86400000", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default tombstone retention."},
    {"log.cleaner.enable", KafkaType::kBoolean, "true", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kDeprecated, "Run the log cleaner."},
    {"log.cleaner.io.buffer.load.factor", KafkaType::kDouble, "0.9", "", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Key map fill limit."},
    {"log.cleaner.io.buffer.size", KafkaType::kInt, "524288", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Cleaner I/O buffers total."},
    {"log.cleaner.io.max.bytes.per.second", KafkaType::kDouble, "1.7976931348623157E308", "", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Cleaner I/O throttle."},
    {"log.cleaner.max.compaction.lag.ms", KafkaType::kLong, "9223372036854775807", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default max compaction delay."},
    {"log.cleaner.min.cleanable.ratio", KafkaType::kDouble, "0.5", "[0,...,1]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default dirty ratio to clean."},
    {"log.cleaner.min.compaction.lag.ms", KafkaType::kLong, "0", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default min age to compact."},
    {"log.cleaner.threads", KafkaType::kInt, "1", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Cleaner threads."},
    {"log.cleanup.policy", KafkaType::kList, "delete", "[compact, delete]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default cleanup policy."},
    {"log.dir", KafkaType::kList, "/tmp/kafka-logs", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Single data directory."},
    {"log.dir.failure.timeout.ms", KafkaType::kLong, "30000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Stop broker if dir failure unreported."},
    {"log.dirs", KafkaType::kList, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Comma list of data directories."},
    {"log.flush.interval.messages", KafkaType::kLong, "9223372036854775807", "[1,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default records per fsync."},
    {"log.flush.interval.ms", KafkaType::kLong, kNullDefault, "", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default fsync age."},
    {"log.flush.offset.checkpoint.interval.ms", KafkaType::kInt, "60000", "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Recovery point checkpoint period."},
    {"log.flush.scheduler.interval.ms", KafkaType::kLong, "9223372036854775807", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Flush check period."},
    {"log.flush.start.offset.checkpoint.interval.ms", KafkaType::kInt, "60000", "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Log start checkpoint period."},
    {"log.index.interval.bytes", KafkaType::kInt, "4096", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default index interval."},
    {"log.index.size.max.bytes", KafkaType::kInt, "10485760", "[4,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default index file size."},
    {"log.initial.task.delay.ms", KafkaType::kLong, "30000", "[0,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Delay before first log tasks."},
    {"log.local.retention.bytes", KafkaType::kLong, "-2", "[-2,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default local retention size."},
    {"log.local.retention.ms", KafkaType::kLong, "-2", "[-2,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default local retention time."},
    {"log.message.downconversion.enable", KafkaType::kBoolean, "true", "", Importance::kLow, UpdateMode::kClusterWide, Lifetime::kOld, "Serve old formats to old clients."},
    {"log.message.format.version", KafkaType::kString, "3.0-IV1", kOldVersions, Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Stored format, ignored since 3.0 IBP."},
    {"log.message.timestamp.after.max.ms", KafkaType::kLong, "3600000", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Max timestamp ahead of now."},
    {"log.message.timestamp.before.max.ms", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Max timestamp behind now."},
    {"log.message.timestamp.difference.max.ms", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kOld, "Old symmetric timestamp bound."},
    {"log.message.timestamp.type", KafkaType::kString, "CreateTime", "[CreateTime, LogAppendTime]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "CreateTime or LogAppendTime."},
    {"log.preallocate", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Preallocate segment files."},
    {"log.retention.bytes", KafkaType::kLong, "-1", "", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default retention size per partition."},
    {"log.retention.check.interval.ms", KafkaType::kLong, "300000", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Retention check period."},
    {"log.retention.hours", KafkaType::kInt, "168", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Retention hours, lowest priority."},
    {"log.retention.minutes", KafkaType::kInt, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Retention minutes."},
    {"log.retention.ms", KafkaType::kLong, kNullDefault, "", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Retention time, highest priority."},
    {"log.roll.hours", KafkaType::kInt, "168", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Segment age in hours."},
    {"log.roll.jitter.hours", KafkaType::kInt, "0", "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Roll jitter in hours."},
    {"log.roll.jitter.ms", KafkaType::kLong, kNullDefault, "", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Roll jitter."},
    {"log.roll.ms", KafkaType::kLong, kNullDefault, "", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Segment age."},
    {"log.segment.bytes", KafkaType::kInt, "1073741824", "[1048576,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Segment file size."},
    {"log.segment.delete.delay.ms", KafkaType::kLong, "60000", "[0,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Wait before removing renamed files."},
};
// clang-format on

std::span<const KafkaKey> log_broker_keys() { return kLogBrokerKeys; }

}  // namespace barnabas::config
