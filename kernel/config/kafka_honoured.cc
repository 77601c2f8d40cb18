// The broker keys that this version acts on. A key that is known but not in this list is accepted with a warning.
#include "kernel/config/kafka_keys.h"

#include <algorithm>
#include <iterator>

namespace barnabas::config {

namespace {

constexpr std::string_view kHonoured[] = {
    // who and where
    "node.id", "broker.id", "broker.rack", "process.roles", "listeners", "advertised.listeners", "listener.security.protocol.map",
    "inter.broker.listener.name", "security.inter.broker.protocol", "controller.listener.names", "controller.quorum.voters",
    "controller.quorum.bootstrap.servers", "zookeeper.connect", "zookeeper.session.timeout.ms", "zookeeper.connection.timeout.ms",
    "log.dir", "log.dirs", "metadata.log.dir",
    // topics
    "auto.create.topics.enable", "delete.topic.enable", "num.partitions", "default.replication.factor", "log.retention.minutes",
    "log.retention.hours", "log.retention.ms", "log.roll.ms", "log.roll.hours", "log.roll.jitter.ms", "log.roll.jitter.hours",
    "log.flush.interval.ms", "log.flush.scheduler.interval.ms", "log.retention.check.interval.ms",
    "log.flush.offset.checkpoint.interval.ms", "log.flush.start.offset.checkpoint.interval.ms",
    // groups and their offsets
    "offsets.topic.num.partitions", "offsets.topic.replication.factor", "offsets.topic.segment.bytes", "offsets.retention.minutes",
    "offsets.retention.check.interval.ms", "offset.metadata.max.bytes", "group.min.session.timeout.ms", "group.max.session.timeout.ms",
    "group.initial.rebalance.delay.ms", "group.max.size",
    // requests
    "socket.request.max.bytes", "connections.max.idle.ms", "max.connections", "fetch.max.bytes",
    "max.incremental.fetch.session.cache.slots", "producer.id.expiration.ms", "replica.high.watermark.checkpoint.interval.ms"};

}  // namespace

bool is_honoured(const KafkaKey& key) {
  if (std::find(std::begin(kHonoured), std::end(kHonoured), key.name) != std::end(kHonoured)) return true;
  // Whatever topics take their defaults from reaches the topics.
  for (const KafkaKey& topic_key : topic_keys())
    for (const Synonym& synonym : synonyms(topic_key))
      if (synonym.broker_key == key.name) return true;
  return false;
}

}  // namespace barnabas::config
