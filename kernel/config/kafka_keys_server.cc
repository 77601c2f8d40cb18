// Broker keys about the server.
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
constexpr KafkaKey kServerBrokerKeys[] = {
    {"add.partitions.to.txn.retry.backoff.max.ms", KafkaType::kInt, "100", "[0,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "How long a TV2 produce may retry adding its partition when the previous txn is still completing."},
    {"add.partitions.to.txn.retry.backoff.ms", KafkaType::kInt, "20", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Pause between those retries."},
    {"advertised.listeners", KafkaType::kList, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Addresses given to clients."},
    {"alter.config.policy.class.name", KafkaType::kClass, kNullDefault, "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Plugin vetting config changes."},
    {"alter.config.policy.kraft.compatibility.enable", KafkaType::kBoolean, "false", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kOld, "Policy sees the resulting value of list SUBTRACT/DELETE as KRaft does."},
    {"alter.log.dirs.replication.quota.window.num", KafkaType::kInt, "11", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Sample windows, log dir move quota."},
    {"alter.log.dirs.replication.quota.window.size.seconds", KafkaType::kInt, "1", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Window length, log dir move quota."},
    {"auto.create.topics.enable", KafkaType::kBoolean, "true", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Create topics on metadata request."},
    {"auto.include.jmx.reporter", KafkaType::kBoolean, "true", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kOld, "Add JMX reporter automatically (3.9 only)."},
    {"auto.leader.rebalance.enable", KafkaType::kBoolean, "true", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Periodically restore preferred leaders."},
    {"background.threads", KafkaType::kInt, "10", "[1,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Threads for background tasks."},
    {"client.quota.callback.class", KafkaType::kClass, kNullDefault, "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Custom quota computation plugin."},
    {"compression.gzip.level", KafkaType::kInt, "-1", "[1,...,9] or -1", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Gzip level for recompression."},
    {"compression.lz4.level", KafkaType::kInt, "9", "[1,...,17]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Lz4 level for recompression."},
    {"compression.type", KafkaType::kString, "producer", "[uncompressed, zstd, lz4, snappy, gzip, producer]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Codec, or keep producer's."},
    {"compression.zstd.level", KafkaType::kInt, "3", "[-131072,...,22]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Zstd level for recompression."},
    {"config.providers", KafkaType::kList, "", "", Importance::kLow, UpdateMode::kClusterWide, Lifetime::kCurrent, "Aliases of ConfigProvider plugins for ${alias:path:key} values."},
    {"connections.max.idle.ms", KafkaType::kLong, "600000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Close connections idle this long."},
    {"connections.max.reauth.ms", KafkaType::kLong, "0", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Max authenticated session length, 0 off."},
    {"control.plane.listener.name", KafkaType::kString, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Listener for controller traffic (ZooKeeper)."},
    {"cordoned.log.dirs", KafkaType::kList, "", "", Importance::kMedium, UpdateMode::kPerBroker, Lifetime::kCurrent, "Dirs (or *) that get no new replicas."},
    {"create.topic.policy.class.name", KafkaType::kClass, kNullDefault, "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Plugin vetting topic creation."},
    {"default.replication.factor", KafkaType::kInt, "1", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Replication of auto-created topics."},
    {"delete.records.purgatory.purge.interval.requests", KafkaType::kInt, "1", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Purge interval, delete-records purgatory."},
    {"delete.topic.enable", KafkaType::kBoolean, "true", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Allow topic deletion."},
    {"eligible.leader.replicas.enable", KafkaType::kBoolean, "false", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kOld, "Track eligible leader replicas (KIP-966)."},
    {"fetch.max.bytes", KafkaType::kInt, "57671680", "[1024,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Response size target over all partitions."},
    {"fetch.purgatory.purge.interval.requests", KafkaType::kInt, "1000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Purge interval, fetch purgatory."},
    {"follower.fetch.last.tiered.offset.enable", KafkaType::kBoolean, "false", "", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Empty follower starts after the last tiered offset."},
    {"follower.replication.throttled.rate", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kPerBroker, Lifetime::kCurrent, "Follower throttle, bytes per second."},
    {"inter.broker.listener.name", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Listener for broker to broker traffic."},
    {"inter.broker.protocol.version", KafkaType::kString, "3.9-IV0", kOldVersions, Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Pinned inter-broker version (ZooKeeper)."},
    {"kafka.metrics.polling.interval.secs", KafkaType::kInt, "10", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Yammer reporter period."},
    {"kafka.metrics.reporters", KafkaType::kList, "", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Yammer reporter classes."},
    {"listener.security.protocol.map", KafkaType::kString, "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", "", Importance::kLow, UpdateMode::kPerBroker, Lifetime::kCurrent, "Listener name to protocol."},
    {"listeners", KafkaType::kList, "PLAINTEXT://:9092", "", Importance::kHigh, UpdateMode::kPerBroker, Lifetime::kCurrent, "Addresses to bind."},
    {"max.connection.creation.rate", KafkaType::kInt, "2147483647", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Accepted connections per second."},
    {"max.connections", KafkaType::kInt, "2147483647", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Max connections per broker/listener."},
    {"max.connections.per.ip", KafkaType::kInt, "2147483647", "[0,...]", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Max connections from one address."},
    {"max.connections.per.ip.overrides", KafkaType::kString, "", "", Importance::kMedium, UpdateMode::kClusterWide, Lifetime::kCurrent, "Per address limits host:count."},
    {"max.incremental.fetch.session.cache.slots", KafkaType::kInt, "1000", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Cached incremental fetch sessions."},
    {"max.request.partition.size.limit", KafkaType::kInt, "2000", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Partitions per describe page."},
    {"message.max.bytes", KafkaType::kInt, "1048588", "[0,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Default largest batch accepted."},
    {"metric.reporters", KafkaType::kList, "org.apache.kafka.common.metrics.JmxReporter", "", Importance::kLow, UpdateMode::kClusterWide, Lifetime::kCurrent, "Metric reporter classes."},
    {"metrics.num.samples", KafkaType::kInt, "2", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Samples per metric."},
    {"metrics.recording.level", KafkaType::kString, "INFO", "", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "INFO, DEBUG or TRACE."},
    {"metrics.sample.window.ms", KafkaType::kLong, "30000", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Metric sample length."},
    {"min.insync.replicas", KafkaType::kInt, "1", "[1,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "ISR size needed for acks=all."},
    {"num.io.threads", KafkaType::kInt, "8", "[1,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Request handler threads."},
    {"num.network.threads", KafkaType::kInt, "3", "[1,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Network threads per listener."},
    {"num.partitions", KafkaType::kInt, "1", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Partitions of auto-created topics."},
    {"num.recovery.threads.per.data.dir", KafkaType::kInt, "2", "[1,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Log load threads per directory."},
    {"num.replica.alter.log.dirs.threads", KafkaType::kInt, kNullDefault, "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Threads moving replicas between dirs."},
    {"num.replica.fetchers", KafkaType::kInt, "1", "[1,...]", Importance::kHigh, UpdateMode::kClusterWide, Lifetime::kCurrent, "Fetcher threads per source broker."},
    {"producer.purgatory.purge.interval.requests", KafkaType::kInt, "1000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Purge interval, produce purgatory."},
    {"queued.max.request.bytes", KafkaType::kLong, "-1", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Bytes of queued requests, -1 off."},
    {"queued.max.requests", KafkaType::kInt, "500", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Queued requests before blocking network."},
    {"quota.window.num", KafkaType::kInt, "11", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Sample windows, client quotas."},
    {"quota.window.size.seconds", KafkaType::kInt, "1", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Window length, client quotas."},
    {"replica.alter.log.dirs.io.max.bytes.per.second", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kPerBroker, Lifetime::kCurrent, "Log dir move throttle."},
    {"replica.fetch.backoff.ms", KafkaType::kInt, "1000", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Pause after follower fetch error."},
    {"replica.fetch.max.bytes", KafkaType::kInt, "1048576", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Follower bytes per partition."},
    {"replica.fetch.min.bytes", KafkaType::kInt, "1", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Follower minimum bytes."},
    {"replica.fetch.response.max.bytes", KafkaType::kInt, "10485760", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Follower response size."},
    {"replica.fetch.wait.max.ms", KafkaType::kInt, "500", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Follower fetch wait."},
    {"replica.high.watermark.checkpoint.interval.ms", KafkaType::kLong, "5000", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "High watermark checkpoint period."},
    {"replica.lag.time.max.ms", KafkaType::kLong, "30000", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Lag before leaving the ISR."},
    {"replica.selector.class", KafkaType::kString, kNullDefault, "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Chooses read replica for consumers."},
    {"replica.socket.receive.buffer.bytes", KafkaType::kInt, "65536", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Follower socket receive buffer."},
    {"replica.socket.timeout.ms", KafkaType::kInt, "30000", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Follower socket timeout."},
    {"replication.quota.window.num", KafkaType::kInt, "11", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Sample windows, replication quota."},
    {"replication.quota.window.size.seconds", KafkaType::kInt, "1", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Window length, replication quota."},
    {"request.timeout.ms", KafkaType::kInt, "30000", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Wait for a response."},
    {"reserved.broker.max.id", KafkaType::kInt, "1000", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kOld, "Largest manual broker id."},
    {"server.max.startup.time.ms", KafkaType::kLong, "9223372036854775807", "[0,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Startup time limit."},
    {"socket.connection.setup.timeout.max.ms", KafkaType::kLong, "30000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Cap of connect timeout."},
    {"socket.connection.setup.timeout.ms", KafkaType::kLong, "10000", "", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "First connect timeout."},
    {"socket.listen.backlog.size", KafkaType::kInt, "50", "[1,...]", Importance::kMedium, UpdateMode::kReadOnly, Lifetime::kCurrent, "Listen backlog."},
    {"socket.receive.buffer.bytes", KafkaType::kInt, "102400", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Server socket receive buffer."},
    {"socket.request.max.bytes", KafkaType::kInt, "104857600", "[1,...]", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Largest request accepted."},
    {"socket.send.buffer.bytes", KafkaType::kInt, "102400", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Server socket send buffer."},
    {"telemetry.max.bytes", KafkaType::kInt, "1048576", "[1,...]", Importance::kLow, UpdateMode::kReadOnly, Lifetime::kCurrent, "Largest client telemetry payload."},
    {"unstable.api.versions.enable", KafkaType::kBoolean, "false", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Offer unreleased api versions."},
    {"unstable.feature.versions.enable", KafkaType::kBoolean, "false", "", Importance::kHigh, UpdateMode::kReadOnly, Lifetime::kCurrent, "Allow unreleased feature levels."},
};
// clang-format on

std::span<const KafkaKey> server_broker_keys() { return kServerBrokerKeys; }

}  // namespace barnabas::config
