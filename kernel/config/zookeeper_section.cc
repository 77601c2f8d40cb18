// What Kafka's keys say of a ZooKeeper.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/config/sections.h"

namespace barnabas::config {

namespace {

constexpr std::string_view kConnect = "zookeeper.connect";
constexpr std::string_view kSession = "zookeeper.session.timeout.ms";
constexpr std::string_view kConnection = "zookeeper.connection.timeout.ms";

bool has_option(const PluginChoice& choice, std::string_view name) {
  return std::ranges::any_of(choice.written, [&](const RawSetting& raw) { return raw.name == name; });
}

// What a connection would be without, or a cluster become, if nobody looked at the key.
void refuse_what_is_not_there(const KafkaConfigs& kafka, Findings& findings) {
  constexpr std::pair<std::string_view, std::string_view> kMissing[] = {
      {"zookeeper.ssl.client.enable", "the connection to a ZooKeeper is never encrypted here"},
      {"zookeeper.metadata.migration.enable", "this version does not move a cluster out of a ZooKeeper"}};
  for (const auto& [key, why] : kMissing)
    if (const auto said = said_by(kafka, key); said && boolean_of(said->value).value_or(false))
      findings.error(said->at, fmt::format("'{}' cannot be true: {}", key, why));
}

void warn_of_what_counts_for_nothing(const KafkaConfigs& kafka, const std::string& reason, Findings& findings) {
  for (const std::string_view key : {kConnect, kSession, kConnection})
    if (const auto said = said_by(kafka, key)) findings.warn(said->at, fmt::format("'{}' has no effect: {}", key, reason));
}

}  // namespace

void read_zookeeper(bool has_slot, const KafkaConfigs& kafka, PluginChoice& metadata, Findings& findings) {
  const auto connect = said_by(kafka, kConnect);
  const auto roles = said_by(kafka, "process.roles");
  // Kafka's own rule: without process.roles, zookeeper.connect makes a node of a ZooKeeper cluster, and with it, it counts for nothing.
  if (connect && !roles && !has_slot) {
    metadata.use = "zookeeper";
    metadata.at = connect->at;
    metadata.default_of.clear();
  }
  if (metadata.use != "zookeeper") {
    if (connect && !roles && !is_override(metadata.at))
      return findings.error(
          connect->at, fmt::format("'{}' says that the metadata is in a ZooKeeper, and 'metadata.use' ({}) says '{}'; keep one of the two",
                                   kConnect, to_string(metadata.at), metadata.use));
    return warn_of_what_counts_for_nothing(
        kafka,
        connect && roles ? fmt::format("'process.roles' ({}) makes a node whose metadata is in no ZooKeeper", to_string(roles->at))
                         : fmt::format("the metadata is in '{}' ({})", metadata.use, to_string(metadata.at)),
        findings);
  }
  if (roles)
    findings.error(roles->at, fmt::format("'process.roles' makes a node of a KRaft cluster, and 'metadata.use' ({}) says 'zookeeper'; keep "
                                          "one of the two",
                                          to_string(metadata.at)));
  refuse_what_is_not_there(kafka, findings);
  OptionSchema place;
  place.name = "connect";
  place.type = OptionType::kText;
  if (connect) derive(metadata, "metadata", place, *connect, kConnect, findings);
  OptionSchema time;
  time.type = OptionType::kMillis;
  const auto session = said_by(kafka, kSession);
  const auto connection = said_by(kafka, kConnection);
  time.name = "connection_timeout";
  if (connection) {
    derive(metadata, "metadata", time, *connection, kConnection, findings);
  } else if (session && !has_option(metadata, time.name)) {
    derive(metadata, "metadata", time, *session, kSession, findings);  // so does Kafka
  }
  time.name = "session_timeout";
  if (session) derive(metadata, "metadata", time, *session, kSession, findings);
}

}  // namespace barnabas::config
