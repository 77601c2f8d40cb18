#include "kernel/node/settings.h"

#include <algorithm>
#include <cstdlib>

#include "kernel/base/times.h"

namespace barnabas::node {
namespace {

// Kafka's default for these is "no limit"; ours is finite.
std::uint32_t limit(const config::KafkaConfigs& kafka, std::string_view key, std::uint32_t otherwise) {
  const std::int64_t value = kafka.integer(key);
  return value == INT32_MAX ? otherwise : static_cast<std::uint32_t>(std::max<std::int64_t>(value, 0));
}

// Four fifths of the descriptors, where what the broker needs itself leaves as many, and no more than a quarter of the memory is for.
std::uint32_t default_connections(const config::Deployment& deployment, const base::Machine& machine, std::uint64_t beside) {
  const std::uint64_t left = room_for_connections(deployment, machine, beside);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
      std::min({machine.open_files / 5 * 4, left, machine.memory_bytes / 4 / kIdleConnectionBytes}), 1, INT32_MAX));
}

std::uint64_t storage_option(const config::Deployment& deployment, std::string_view name) {
  for (const config::Setting& setting : deployment.storage.settings)
    if (setting.name == name) return std::strtoull(setting.value.c_str(), nullptr, 10);
  return 0;
}

// "10.0.0.1:100,host:5", as Kafka has it.
std::map<std::string, std::uint32_t, std::less<>> address_limits(const std::vector<std::string>& items) {
  std::map<std::string, std::uint32_t, std::less<>> limits;
  for (const std::string& item : items) {
    const std::size_t colon = item.rfind(':');
    if (colon == std::string::npos) continue;  // it was checked when it was set
    limits[std::string(config::trimmed(item.substr(0, colon)))] =
        static_cast<std::uint32_t>(std::max<std::int64_t>(config::integer_of(item.substr(colon + 1)).value_or(0), 0));
  }
  return limits;
}

}  // namespace

std::uint64_t storage_files(const config::Deployment& deployment) { return storage_option(deployment, "max_open_files"); }
std::uint64_t storage_memory_bytes(const config::Deployment& deployment) { return storage_option(deployment, "max_bytes"); }

std::int64_t nanoseconds(const config::KafkaConfigs& kafka, std::string_view key) { return base::ns_of_ms(kafka.integer(key)); }

std::uint32_t room_for_connections(const config::Deployment& deployment, const base::Machine& machine, std::uint64_t of_brokers) {
  const std::uint64_t needed = kOwnFiles + storage_files(deployment) + of_brokers;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(machine.open_files > needed ? machine.open_files - needed : 1, 1, INT32_MAX));
}

ConnectionLimits::Settings connection_settings(const config::Deployment& deployment, const base::Machine& machine) {
  return connection_settings(deployment, deployment.kafka, machine);
}

ConnectionLimits::Settings connection_settings(const config::Deployment& deployment, const config::KafkaConfigs& kafka,
                                               const base::Machine& machine) {
  ConnectionLimits::Settings settings;
  settings.connections = limit(kafka, "max.connections", default_connections(deployment, machine, settings.broker_connections));
  settings.connections_per_address =
      std::min(limit(kafka, "max.connections.per.ip", std::max(settings.connections / 4, 1u)), settings.connections);
  settings.connections_of_address = address_limits(kafka.list("max.connections.per.ip.overrides"));
  settings.connections_per_second =
      static_cast<std::int32_t>(limit(kafka, "max.connection.creation.rate", static_cast<std::uint32_t>(settings.connections_per_second)));
  settings.request_memory_bytes = std::min(settings.request_memory_bytes, machine.memory_bytes / 4);
  if (const std::int64_t memory = kafka.integer("queued.max.request.bytes"); memory > 0)
    settings.request_memory_bytes = static_cast<std::uint64_t>(memory);
  settings.answer_memory_bytes = settings.request_memory_bytes;
  // One peer that is slow to take its answers must not use up what there is for all.
  settings.unsent_bytes = std::min(settings.unsent_bytes, settings.answer_memory_bytes / 16);
  settings.frame_bytes = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(static_cast<std::uint64_t>(kafka.integer("socket.request.max.bytes")), settings.request_memory_bytes));
  if (const std::int64_t idle_ns = nanoseconds(kafka, "connections.max.idle.ms"); idle_ns > 0) settings.idle_ns = idle_ns;
  return settings;
}

std::vector<config::PluginChoice> assignors(const config::Deployment& deployment) {
  if (!deployment.assignors.empty()) return deployment.assignors;
  std::vector<config::PluginChoice> defaults;
  for (std::string& name : deployment.kafka.list("group.consumer.assignors")) defaults.push_back({std::move(name), {}, {}, {}});
  return defaults;
}

broker::BrokerSettings broker_settings(const config::Deployment& deployment, const std::string& cluster_id) {
  const config::KafkaConfigs& kafka = deployment.kafka;
  broker::BrokerSettings settings;
  settings.node_id = deployment.node_id;
  settings.cluster_id = cluster_id;
  if (deployment.controller_listener) {
    settings.controller_listener = deployment.controller_listener->name;
    settings.controller_address = {deployment.controller_listener->advertised_host, deployment.controller_listener->advertised_port};
  }
  settings.auto_create_topics = kafka.boolean("auto.create.topics.enable");
  settings.fetch_max_bytes = static_cast<std::int32_t>(kafka.integer("fetch.max.bytes"));
  // While a connection waits nobody hears of its end: who went would have a place for as long as it said.
  if (const std::int64_t idle_ms = kafka.integer("connections.max.idle.ms"); idle_ms > 0)
    settings.fetch_max_wait_ms = static_cast<std::int32_t>(std::min<std::int64_t>(idle_ms, INT32_MAX));
  settings.fetch_session_slots =
      static_cast<std::size_t>(std::max<std::int64_t>(kafka.integer("max.incremental.fetch.session.cache.slots"), 0));
  settings.max_describe_partitions = static_cast<std::int32_t>(kafka.integer("max.request.partition.size.limit"));
  const std::vector<std::string> protocols = kafka.list("group.coordinator.rebalance.protocols");
  settings.consumer_groups = std::ranges::find(protocols, "consumer") != protocols.end();
  for (config::PluginChoice& choice : assignors(deployment)) settings.assignors.push_back(std::move(choice.use));
  settings.log.producer_id_expiration_ms = kafka.integer("producer.id.expiration.ms");
  // There is no transaction coordinator here: nobody could end a transaction that a client begins, and readers of committed records would
  // wait for ever.
  settings.log.verify_transactions = true;
  settings.log.replica_lag_time_max_ms = kafka.integer("replica.lag.time.max.ms");
  // Storages keep octets; when an append counts as kept is the log's business, so the option is read here too.
  for (const config::Setting& setting : deployment.storage.settings) {
    if (setting.name == "flush" && setting.value == "ack") settings.log.flush = log::FlushMode::kAck;
    if (setting.name == "dirs") settings.durability = sdk::Durability::kCrash;
  }
  if (settings.log.flush == log::FlushMode::kAck) settings.durability = sdk::Durability::kPowerLoss;
  return settings;
}

std::int16_t security_protocol(std::string_view name) {
  constexpr std::string_view kNames[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};
  return static_cast<std::int16_t>(std::find(std::begin(kNames), std::end(kNames), name) - std::begin(kNames));
}

}  // namespace barnabas::node
