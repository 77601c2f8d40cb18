// What the deployment's keys mean for the parts of a node.
#pragma once

#include "kernel/base/machine.h"
#include "kernel/broker/broker.h"
#include "kernel/config/deployment.h"
#include "kernel/node/connection_limits.h"

namespace barnabas::node {

// Descriptors that a broker needs beside connections and its storage's files: loops, listeners, logs of its own, plugins, connections to
// others.
inline constexpr std::uint64_t kOwnFiles = 200;
// What a connection takes that does nothing; measured by tests/chaos/limits.
inline constexpr std::uint64_t kIdleConnectionBytes = 4096;

// Of a key in milliseconds. Kafka's "never" is the largest number; it is the longest time here, not an overflow.
std::int64_t nanoseconds(const config::KafkaConfigs& kafka, std::string_view key);
// What the deployment does not say is taken from what the machine has.
ConnectionLimits::Settings connection_settings(const config::Deployment& deployment, const base::Machine& machine);
// The same with other keys than the deployment's, as they are set while the broker runs.
ConnectionLimits::Settings connection_settings(const config::Deployment& deployment, const config::KafkaConfigs& kafka,
                                               const base::Machine& machine);
// Connections of clients that there are descriptors for.
std::uint32_t room_for_connections(const config::Deployment& deployment, const base::Machine& machine, std::uint64_t of_brokers);
// Files that a storage may keep open, and octets that it may keep in memory, as far as its options say.
std::uint64_t storage_files(const config::Deployment& deployment);
std::uint64_t storage_memory_bytes(const config::Deployment& deployment);
broker::BrokerSettings broker_settings(const config::Deployment& deployment, const std::string& cluster_id);
// Of consumer groups, the default first: those that are named, or Kafka's.
std::vector<config::PluginChoice> assignors(const config::Deployment& deployment);
// Kafka's number of "PLAINTEXT", "SSL", …
std::int16_t security_protocol(std::string_view name);

}  // namespace barnabas::node
