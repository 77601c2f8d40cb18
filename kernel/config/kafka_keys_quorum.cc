// Broker keys about the node, the quorum and the controller.
#include "kernel/config/kafka_key_tables.h"

namespace barnabas::config {

// clang-format off
constexpr KafkaKey kQuorumBrokerKeys[] = {
    {"broker.heartbeat.interval.ms", KafkaType::kInt, "2000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Broker to controller heartbeat period."},
    {"broker.id", KafkaType::kInt, "-1", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Numeric broker id (ZooKeeper naming)."},
    {"broker.id.generation.enable", KafkaType::kBoolean, "true", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Auto-generate broker id (ZooKeeper)."},
    {"broker.rack", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Rack label of the broker."},
    {"broker.session.timeout.ms", KafkaType::kInt, "9000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Fencing delay without heartbeats."},
    {"controlled.shutdown.enable", KafkaType::kBoolean, "true", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Move leaders before stopping."},
    {"controlled.shutdown.max.retries", KafkaType::kInt, "3", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Attempts of controlled shutdown."},
    {"controlled.shutdown.retry.backoff.ms", KafkaType::kLong, "5000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Pause between shutdown attempts."},
    {"controller.listener.names", KafkaType::kList, kRequiredDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Listeners used by KRaft controllers."},
    {"controller.performance.always.log.threshold.ms", KafkaType::kLong, "2000", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Log every controller event slower than this."},
    {"controller.performance.sample.period.ms", KafkaType::kLong, "60000", "[100,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Period of the controller performance log line."},
    {"controller.quorum.append.linger.ms", KafkaType::kInt, "25", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Batching delay of metadata writes."},
    {"controller.quorum.auto.join.enable", KafkaType::kBoolean, "false", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Controller adds itself as voter (kraft.version 1)."},
    {"controller.quorum.bootstrap.servers", KafkaType::kList, "", "non-empty list", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Addresses to discover the quorum."},
    {"controller.quorum.election.backoff.max.ms", KafkaType::kInt, "1000", "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Cap of election retry backoff."},
    {"controller.quorum.election.timeout.ms", KafkaType::kInt, "1000", "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Base election timeout."},
    {"controller.quorum.fetch.max.bytes", KafkaType::kInt, "1048576", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "KRaft Fetch size, at least one batch."},
    {"controller.quorum.fetch.snapshot.max.bytes", KafkaType::kInt, "1048576", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "KRaft FetchSnapshot chunk size."},
    {"controller.quorum.fetch.timeout.ms", KafkaType::kInt, "2000", "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "No-fetch time before candidate or resign."},
    {"controller.quorum.request.timeout.ms", KafkaType::kInt, "2000", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Quorum RPC timeout."},
    {"controller.quorum.retry.backoff.ms", KafkaType::kInt, "20", "[0,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Quorum RPC retry pause."},
    {"controller.quorum.voters", KafkaType::kList, "", "non-empty list", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Static voters as id@host:port list."},
    {"controller.quota.window.num", KafkaType::kInt, "11", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Sample windows, mutation quota."},
    {"controller.quota.window.size.seconds", KafkaType::kInt, "1", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Window length, mutation quota."},
    {"controller.socket.timeout.ms", KafkaType::kInt, "30000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Controller to broker socket timeout."},
    {"early.start.listeners", KafkaType::kList, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Listeners opened before authorizer ready."},
    {"initial.broker.registration.timeout.ms", KafkaType::kInt, "60000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Startup registration time limit."},
    {"internal.metadata.delete.delay.millis", KafkaType::kLong, "60000", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Test only: metadata file delete delay."},
    {"internal.metadata.log.segment.bytes", KafkaType::kInt, kNullDefault, "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Test only: metadata segment size below the public minimum."},
    {"internal.metadata.max.batch.size.in.bytes", KafkaType::kInt, "8388608", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Test only: largest metadata batch."},
    {"leader.imbalance.check.interval.seconds", KafkaType::kLong, "300", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Leader balance check period."},
    {"leader.imbalance.per.broker.percentage", KafkaType::kInt, "10", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Allowed imbalance ratio (ZooKeeper)."},
    {"leader.replication.throttled.rate", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kPerBroker, Lifetime::kCurrent, "Leader throttle, bytes per second."},
    {"metadata.log.dir", KafkaType::kString, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Directory of metadata log."},
    {"metadata.log.max.record.bytes.between.snapshots", KafkaType::kLong, "20971520", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Log bytes triggering snapshot."},
    {"metadata.log.max.snapshot.interval.ms", KafkaType::kLong, "3600000", "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Max age of latest snapshot."},
    {"metadata.log.segment.bytes", KafkaType::kInt, "1073741824", "[8388608,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Metadata segment size."},
    {"metadata.log.segment.min.bytes", KafkaType::kInt, "8388608", "[12,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Lower bound of segment size."},
    {"metadata.log.segment.ms", KafkaType::kLong, "604800000", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Metadata segment age."},
    {"metadata.max.idle.interval.ms", KafkaType::kInt, "500", "[0,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "No-op record period, 0 off."},
    {"metadata.max.retention.bytes", KafkaType::kLong, "104857600", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Metadata log size kept."},
    {"metadata.max.retention.ms", KafkaType::kLong, "604800000", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Metadata log age kept."},
    {"node.id", KafkaType::kInt, kRequiredDefault, "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "KRaft node id."},
    {"process.roles", KafkaType::kList, kRequiredDefault, "[broker, controller]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Broker, controller or both (KRaft)."},
    {"unclean.leader.election.enable", KafkaType::kBoolean, "false", "", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Allow out-of-sync leaders."},
    {"unclean.leader.election.interval.ms", KafkaType::kLong, "300000", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Unclean election check period."},
};
// clang-format on

std::span<const KafkaKey> quorum_broker_keys() { return kQuorumBrokerKeys; }

}  // namespace barnabas::config
