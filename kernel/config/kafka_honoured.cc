// The broker keys that this version acts on. A key that is known but not in this list is accepted with a warning.
// A test compares the list with the keys that the sources read. A key that only gives topics their default is not here:
// is_honoured() finds it.
#include <algorithm>
#include <functional>

#include "kernel/config/kafka_keys.h"

namespace barnabas::config {

namespace {

// clang-format off
constexpr std::string_view kHonoured[] = {
    "advertised.listeners",
    "auto.create.topics.enable",
    "broker.heartbeat.interval.ms",
    "broker.id",
    "broker.rack",
    "broker.session.timeout.ms",
    "connections.max.idle.ms",
    "controller.listener.names",
    "controller.quorum.bootstrap.servers",
    "controller.quorum.fetch.timeout.ms",
    "controller.quorum.voters",
    "default.replication.factor",
    "delete.topic.enable",
    "fetch.max.bytes",
    "group.consumer.assignment.interval.ms",
    "group.consumer.assignors",
    "group.consumer.heartbeat.interval.ms",
    "group.consumer.max.size",
    "group.consumer.migration.policy",
    "group.consumer.regex.refresh.interval.ms",
    "group.consumer.session.timeout.ms",
    "group.coordinator.rebalance.protocols",
    "group.initial.rebalance.delay.ms",
    "group.max.session.timeout.ms",
    "group.max.size",
    "group.min.session.timeout.ms",
    "initial.broker.registration.timeout.ms",
    "inter.broker.listener.name",
    "listener.security.protocol.map",
    "listeners",
    "log.dir",
    "log.dirs",
    "log.flush.offset.checkpoint.interval.ms",
    "log.retention.check.interval.ms",
    "max.connection.creation.rate",
    "max.connections",
    "max.connections.per.ip",
    "max.connections.per.ip.overrides",
    "max.incremental.fetch.session.cache.slots",
    "max.request.partition.size.limit",
    "metadata.log.dir",
    "min.insync.replicas",
    "node.id",
    "num.partitions",
    "offset.metadata.max.bytes",
    "offsets.retention.check.interval.ms",
    "offsets.retention.minutes",
    "offsets.topic.num.partitions",
    "offsets.topic.replication.factor",
    "offsets.topic.segment.bytes",
    "process.roles",
    "producer.id.expiration.ms",
    "queued.max.request.bytes",
    "replica.lag.time.max.ms",
    "socket.request.max.bytes",
    "zookeeper.connect",
    "zookeeper.connection.timeout.ms",
    "zookeeper.metadata.migration.enable",
    "zookeeper.session.timeout.ms",
    "zookeeper.ssl.client.enable",
};

// Of the topic keys, those that something is done with; compaction keeps its settings and does nothing yet.
constexpr std::string_view kHonouredOfTopics[] = {
    "cleanup.policy",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.type",
    "compression.zstd.level",
    "file.delete.delay.ms",
    "index.interval.bytes",
    "max.compaction.lag.ms",
    "max.message.bytes",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.type",
    "min.insync.replicas",
    "preallocate",
    "retention.bytes",
    "retention.ms",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
};
// clang-format on

constexpr bool is_sorted(std::span<const std::string_view> keys) {
  return std::ranges::adjacent_find(keys, std::ranges::greater_equal()) == keys.end();
}
static_assert(is_sorted(kHonoured) && is_sorted(kHonouredOfTopics), "sorted by name, each once");

}  // namespace

bool is_honoured_of_topics(std::string_view name) { return std::ranges::binary_search(kHonouredOfTopics, name); }

std::span<const std::string_view> honoured_keys() { return kHonoured; }

bool is_honoured(const KafkaKey& key) {
  if (std::ranges::binary_search(kHonoured, key.name)) return true;
  // What topics take their defaults from reaches the topics.
  for (const KafkaKey& topic_key : topic_keys())
    if (is_honoured_of_topics(topic_key.name))
      for (const Synonym& synonym : synonyms(topic_key))
        if (synonym.broker_key == key.name) return true;
  return false;
}

}  // namespace barnabas::config
