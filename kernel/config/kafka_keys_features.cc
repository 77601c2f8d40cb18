// Broker keys about transactions, share groups and tiered storage.
#include "kernel/config/kafka_key_tables.h"

namespace barnabas::config {

// clang-format off
constexpr KafkaKey kFeaturesBrokerKeys[] = {
    {"producer.id.expiration.check.interval.ms", KafkaType::kInt, "600000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Producer state scan period."},
    {"producer.id.expiration.ms", KafkaType::kInt, "86400000", "[1,...]", Importance::kLow, UpdateMode::kClusterWide, Lifetime::kCurrent, "Idle producer state lifetime."},
    {"remote.fetch.max.wait.ms", KafkaType::kInt, "500", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Max wait for remote read."},
    {"remote.list.offsets.request.timeout.ms", KafkaType::kLong, "30000", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Timeout of remote offset lookup."},
    {"remote.log.index.file.cache.total.size.bytes", KafkaType::kLong, "1073741824", "[1,...]", Importance::kLow, UpdateMode::kClusterWide, Lifetime::kCurrent, "Remote index cache size."},
    {"remote.log.index.file.cache.ttl.ms", KafkaType::kLong, "900000", "[-1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Unused remote index cache entry dropped after this; -1 never."},
    {"remote.log.manager.copier.thread.pool.size", KafkaType::kInt, "10", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Upload threads."},
    {"remote.log.manager.copy.max.bytes.per.second", KafkaType::kLong, "9223372036854775807", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Upload throttle."},
    {"remote.log.manager.copy.quota.window.num", KafkaType::kInt, "11", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Sample windows, upload quota."},
    {"remote.log.manager.copy.quota.window.size.seconds", KafkaType::kInt, "1", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Window length, upload quota."},
    {"remote.log.manager.expiration.thread.pool.size", KafkaType::kInt, "10", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Remote cleanup threads."},
    {"remote.log.manager.fetch.max.bytes.per.second", KafkaType::kLong, "9223372036854775807", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Remote read throttle."},
    {"remote.log.manager.fetch.quota.window.num", KafkaType::kInt, "11", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Sample windows, remote read quota."},
    {"remote.log.manager.fetch.quota.window.size.seconds", KafkaType::kInt, "1", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Window length, remote read quota."},
    {"remote.log.manager.follower.thread.pool.size", KafkaType::kInt, "2", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Threads of follower tasks of tiered storage."},
    {"remote.log.manager.task.interval.ms", KafkaType::kLong, "30000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Period of remote tasks."},
    {"remote.log.manager.task.retry.backoff.max.ms", KafkaType::kLong, "30000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Cap of remote task backoff."},
    {"remote.log.manager.task.retry.backoff.ms", KafkaType::kLong, "500", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "First remote task backoff."},
    {"remote.log.manager.task.retry.jitter", KafkaType::kDouble, "0.2", "[0,...,0.5]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Jitter of remote task backoff."},
    {"remote.log.manager.thread.pool.size", KafkaType::kInt, "2", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kDeprecated, "Remote log task threads."},
    {"remote.log.metadata.custom.metadata.max.bytes", KafkaType::kInt, "128", "[0,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Custom metadata size limit."},
    {"remote.log.metadata.manager.class.name", KafkaType::kString, "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager", "non-empty string", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Remote metadata manager class."},
    {"remote.log.metadata.manager.class.path", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Its class path."},
    {"remote.log.metadata.manager.impl.prefix", KafkaType::kString, "rlmm.config.", "non-empty string", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Prefix of its configs."},
    {"remote.log.metadata.manager.listener.name", KafkaType::kString, kNullDefault, "non-empty string", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Listener it uses."},
    {"remote.log.reader.max.pending.tasks", KafkaType::kInt, "100", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Queued remote reads."},
    {"remote.log.reader.threads", KafkaType::kInt, "10", "[1,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Remote read threads."},
    {"remote.log.storage.manager.class.name", KafkaType::kString, kNullDefault, "non-empty string", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Remote storage manager class."},
    {"remote.log.storage.manager.class.path", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Its class path."},
    {"remote.log.storage.manager.impl.prefix", KafkaType::kString, "rsm.config.", "non-empty string", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Prefix of its configs."},
    {"remote.log.storage.system.enable", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Enable tiered storage."},
    {"share.coordinator.append.linger.ms", KafkaType::kInt, "-1", "[-1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Batching delay of share state writes."},
    {"share.coordinator.cached.buffer.max.bytes", KafkaType::kInt, "1048588", "[524288,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Largest write buffer kept for reuse."},
    {"share.coordinator.cold.partition.snapshot.interval.ms", KafkaType::kInt, "300000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Snapshot share partitions not updated for this long."},
    {"share.coordinator.load.buffer.size", KafkaType::kInt, "5242880", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Share state load read size."},
    {"share.coordinator.snapshot.update.records.per.snapshot", KafkaType::kInt, "500", "[0,...,500]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Updates between share snapshots."},
    {"share.coordinator.state.topic.compression.codec", KafkaType::kInt, "0", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Codec of share state topic."},
    {"share.coordinator.state.topic.min.isr", KafkaType::kShort, "2", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Min ISR of share state topic."},
    {"share.coordinator.state.topic.num.partitions", KafkaType::kInt, "50", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Partitions of share state topic."},
    {"share.coordinator.state.topic.prune.interval.ms", KafkaType::kInt, "300000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "How often old share state records are deleted."},
    {"share.coordinator.state.topic.replication.factor", KafkaType::kShort, "3", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Replication of share state topic."},
    {"share.coordinator.state.topic.segment.bytes", KafkaType::kInt, "104857600", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Segment size of share state topic."},
    {"share.coordinator.threads", KafkaType::kInt, "1", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Share coordinator threads."},
    {"share.coordinator.write.timeout.ms", KafkaType::kInt, "5000", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Share state write timeout."},
    {"share.fetch.purgatory.purge.interval.requests", KafkaType::kInt, "1000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Purge interval, share fetch purgatory."},
    {"transaction.abort.timed.out.transaction.cleanup.interval.ms", KafkaType::kInt, "10000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Timed-out transaction scan period."},
    {"transaction.max.timeout.ms", KafkaType::kInt, "900000", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Largest producer transaction timeout."},
    {"transaction.partition.verification.enable", KafkaType::kBoolean, "true", "", Importance::kLow, UpdateMode::kClusterWide, Lifetime::kCurrent, "Verify partitions are in transaction."},
    {"transaction.remove.expired.transaction.cleanup.interval.ms", KafkaType::kInt, "3600000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Expired transactional id scan period."},
    {"transaction.state.log.load.buffer.size", KafkaType::kInt, "5242880", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Transaction log load read size."},
    {"transaction.state.log.min.isr", KafkaType::kInt, "2", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Min ISR of transaction topic."},
    {"transaction.state.log.num.partitions", KafkaType::kInt, "50", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Partitions of __transaction_state."},
    {"transaction.state.log.replication.factor", KafkaType::kShort, "3", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Replication of __transaction_state."},
    {"transaction.state.log.segment.bytes", KafkaType::kInt, "104857600", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Segment size of __transaction_state."},
    {"transaction.two.phase.commit.enable", KafkaType::kBoolean, "false", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Allow external 2PC (InitProducerId v6 Enable2Pc); incomplete, off."},
    {"transactional.id.expiration.ms", KafkaType::kInt, "604800000", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Idle transactional id lifetime."},
};
// clang-format on

std::span<const KafkaKey> features_broker_keys() { return kFeaturesBrokerKeys; }

}  // namespace barnabas::config
