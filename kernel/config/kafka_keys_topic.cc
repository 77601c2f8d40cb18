// Topic keys. All of them may change at any time.
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
constexpr KafkaKey kTopicKeys[] = {
    {"cleanup.policy", KafkaType::kList, "delete", "[compact, delete]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Delete, compact or both."},
    {"compression.gzip.level", KafkaType::kInt, "-1", "[1,...,9] or -1", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Gzip level for recompression."},
    {"compression.lz4.level", KafkaType::kInt, "9", "[1,...,17]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Lz4 level for recompression."},
    {"compression.type", KafkaType::kString, "producer", "[uncompressed, zstd, lz4, snappy, gzip, producer]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Codec, or keep producer's."},
    {"compression.zstd.level", KafkaType::kInt, "3", "[-131072,...,22]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Zstd level for recompression."},
    {"delete.retention.ms", KafkaType::kLong, "86400000", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Keep tombstones and markers."},
    {"file.delete.delay.ms", KafkaType::kLong, "60000", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Wait before removing renamed files."},
    {"flush.messages", KafkaType::kLong, "9223372036854775807", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Fsync after this many records."},
    {"flush.ms", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Fsync after this time."},
    {"follower.replication.throttled.replicas", KafkaType::kList, "", "[partitionId]:[brokerId],[partitionId]:[brokerId],...", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Partition:broker list throttled as follower."},
    {"index.interval.bytes", KafkaType::kInt, "4096", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Log bytes between index entries."},
    {"internal.segment.bytes", KafkaType::kInt, kNullDefault, "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Test only: segment size below the public minimum."},
    {"leader.replication.throttled.replicas", KafkaType::kList, "", "[partitionId]:[brokerId],[partitionId]:[brokerId],...", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Partition:broker list throttled as leader."},
    {"local.retention.bytes", KafkaType::kLong, "-2", "[-2,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Local log size with tiering, -2 = retention.bytes."},
    {"local.retention.ms", KafkaType::kLong, "-2", "[-2,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Local log age with tiering, -2 = retention.ms."},
    {"max.compaction.lag.ms", KafkaType::kLong, "9223372036854775807", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Force compaction after this age."},
    {"max.message.bytes", KafkaType::kInt, "1048588", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Largest batch accepted."},
    {"message.downconversion.enable", KafkaType::kBoolean, "true", "", Importance::kLow, UpdateMode::kTopic, Lifetime::kOld, "Serve old formats to old clients."},
    {"message.format.version", KafkaType::kString, "3.0-IV1", kOldVersions, Importance::kMedium, UpdateMode::kTopic, Lifetime::kOld, "Stored format, ignored."},
    {"message.timestamp.after.max.ms", KafkaType::kLong, "3600000", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Max timestamp ahead of now."},
    {"message.timestamp.before.max.ms", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Max timestamp behind now."},
    {"message.timestamp.difference.max.ms", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kOld, "Old symmetric timestamp bound."},
    {"message.timestamp.type", KafkaType::kString, "CreateTime", "[CreateTime, LogAppendTime]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "CreateTime or LogAppendTime."},
    {"min.cleanable.dirty.ratio", KafkaType::kDouble, "0.5", "[0,...,1]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Dirty ratio to start cleaning."},
    {"min.compaction.lag.ms", KafkaType::kLong, "0", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Min age before compaction."},
    {"min.insync.replicas", KafkaType::kInt, "1", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "ISR size needed for acks=all."},
    {"preallocate", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Preallocate segment files."},
    {"remote.log.copy.disable", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Stop uploading new segments."},
    {"remote.log.delete.on.disable", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Delete remote data when disabling."},
    {"remote.storage.enable", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Tier this topic."},
    {"retention.bytes", KafkaType::kLong, "-1", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Max partition size, -1 unlimited."},
    {"retention.ms", KafkaType::kLong, "604800000", "[-1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Max record age, -1 unlimited."},
    {"segment.bytes", KafkaType::kInt, "1073741824", "[1048576,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Segment file size."},
    {"segment.index.bytes", KafkaType::kInt, "10485760", "[4,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Index file size."},
    {"segment.jitter.ms", KafkaType::kLong, "0", "[0,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Random reduction of roll time."},
    {"segment.ms", KafkaType::kLong, "604800000", "[1,...]", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Max segment age."},
    {"unclean.leader.election.enable", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kTopic, Lifetime::kCurrent, "Allow out-of-sync leaders."},
};
// clang-format on

std::span<const KafkaKey> topic_keys() { return kTopicKeys; }

}  // namespace barnabas::config
