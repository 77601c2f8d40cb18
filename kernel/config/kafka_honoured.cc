// The broker keys that this version acts on. A key that is known but not in this list is accepted with a warning.
// A test compares the list with the keys that the sources read.
#include <algorithm>
#include <iterator>

#include "kernel/config/kafka_keys.h"

namespace barnabas::config {

namespace {

// clang-format off
constexpr std::string_view kHonoured[] = {
    // who and where
    "node.id", "broker.id", "broker.rack", "process.roles", "listeners", "advertised.listeners", "listener.security.protocol.map",
    "inter.broker.listener.name", "controller.listener.names", "controller.quorum.voters",
    "controller.quorum.bootstrap.servers", "controller.quorum.fetch.timeout.ms", "zookeeper.connect", "zookeeper.session.timeout.ms",
    "zookeeper.connection.timeout.ms", "zookeeper.ssl.client.enable", "zookeeper.metadata.migration.enable",
    "log.dir", "log.dirs", "metadata.log.dir",
    // topics and their logs
    "auto.create.topics.enable", "delete.topic.enable", "num.partitions", "default.replication.factor", "min.insync.replicas",
    "log.flush.offset.checkpoint.interval.ms", "log.retention.check.interval.ms", "producer.id.expiration.ms", "replica.lag.time.max.ms",
    // groups and their offsets
    "offsets.topic.num.partitions", "offsets.topic.replication.factor", "offsets.topic.segment.bytes", "offset.metadata.max.bytes",
    "offsets.retention.minutes", "offsets.retention.check.interval.ms", "group.min.session.timeout.ms", "group.max.session.timeout.ms",
    "group.initial.rebalance.delay.ms", "group.max.size", "group.consumer.session.timeout.ms", "group.consumer.heartbeat.interval.ms",
    "group.consumer.assignment.interval.ms", "group.consumer.regex.refresh.interval.ms", "group.consumer.max.size",
    "group.consumer.assignors", "group.consumer.migration.policy", "group.coordinator.rebalance.protocols",
    // the broker and its controller
    "broker.heartbeat.interval.ms", "broker.session.timeout.ms", "initial.broker.registration.timeout.ms",
    // connections and requests
    "socket.request.max.bytes", "queued.max.request.bytes", "connections.max.idle.ms", "max.connections", "max.connections.per.ip",
    "max.connections.per.ip.overrides", "max.connection.creation.rate",
    "fetch.max.bytes", "max.incremental.fetch.session.cache.slots", "max.request.partition.size.limit"};

// Of the topic keys, those that something is done with; compaction keeps its settings and does nothing yet.
constexpr std::string_view kHonouredOfTopics[] = {
    "compression.type", "compression.gzip.level", "compression.lz4.level", "compression.zstd.level", "max.message.bytes",
    "message.timestamp.type", "message.timestamp.before.max.ms", "message.timestamp.after.max.ms", "min.insync.replicas",
    "cleanup.policy", "max.compaction.lag.ms", "retention.ms", "retention.bytes", "segment.bytes", "segment.ms", "segment.jitter.ms", "segment.index.bytes", "index.interval.bytes", "file.delete.delay.ms", "preallocate"};
// clang-format on

}  // namespace

bool is_honoured_of_topics(std::string_view name) {
  return std::find(std::begin(kHonouredOfTopics), std::end(kHonouredOfTopics), name) != std::end(kHonouredOfTopics);
}

std::span<const std::string_view> honoured_keys() { return kHonoured; }

bool is_honoured(const KafkaKey& key) {
  if (std::find(std::begin(kHonoured), std::end(kHonoured), key.name) != std::end(kHonoured)) return true;
  // What topics take their defaults from reaches the topics.
  for (const KafkaKey& topic_key : topic_keys())
    if (is_honoured_of_topics(topic_key.name))
      for (const Synonym& synonym : synonyms(topic_key))
        if (synonym.broker_key == key.name) return true;
  return false;
}

}  // namespace barnabas::config
