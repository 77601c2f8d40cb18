// Who the controllers are, by Kafka's keys of the quorum: this node alone, or others that it follows.
#include "kernel/config/fields.h"
#include "kernel/config/sections.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

// "id@host:port".
std::optional<QuorumNode> parse_voter(std::string_view text) {
  QuorumNode node;
  const auto at = text.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + at, node.id);
  const auto address = parse_address(text.substr(at + 1));
  if (error != std::errc() || end != text.data() + at || node.id < 0 || !address || address->host.empty()) return std::nullopt;
  node.host = address->host;
  node.port = address->port;
  return node;
}

std::vector<QuorumNode> read_voters(const KafkaSetting& said, Findings& findings) {
  std::vector<QuorumNode> nodes;
  for (const std::string& item : split_list(said.value)) {
    if (const auto node = parse_voter(item)) {
      nodes.push_back(*node);
    } else {
      findings.error(said.at, fmt::format("'{}' is not a voter: Kafka's form is id@host:port, such as 1@127.0.0.1:9093", item));
    }
  }
  return nodes;
}

std::vector<QuorumNode> read_servers(const KafkaSetting& said, Findings& findings) {
  std::vector<QuorumNode> nodes;
  for (const std::string& item : split_list(said.value)) {
    const auto address = parse_address(item);
    if (address && !address->host.empty()) {
      nodes.push_back({-1, address->host, address->port});
    } else {
      findings.error(said.at, fmt::format("'{}' is not an address: write host:port, such as 127.0.0.1:9093", item));
    }
  }
  return nodes;
}

bool has_role(const KafkaConfigs& kafka, std::string_view role) {
  const auto roles = kafka.list("process.roles");
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

}  // namespace

void read_controllers(const KafkaConfigs& kafka, Deployment& deployment, Findings& findings) {
  const KafkaSetting* voters = kafka.find("controller.quorum.voters");
  const KafkaSetting* servers = kafka.find("controller.quorum.bootstrap.servers");
  const KafkaSetting* roles = kafka.find("process.roles");
  const bool is_controller = has_role(kafka, "controller");
  // The store of Kafka's own quorum, in whose place the log of other controllers can be followed.
  const std::string quorum_store = find_field("/metadata/use")->option.default_value;
  std::vector<QuorumNode> nodes;
  Position at;
  if (voters != nullptr && !split_list(voters->value).empty()) {
    nodes = read_voters(*voters, findings);
    at = voters->at;
    const auto self = std::find_if(nodes.begin(), nodes.end(), [&](const QuorumNode& node) { return node.id == deployment.node_id; });
    const bool is_voter = self != nodes.end();
    if (is_voter && nodes.size() > 1)
      findings.error(at, fmt::format("the quorum has {} voters: this version's has one, which other brokers follow", nodes.size()));
    if (is_voter && roles != nullptr && !is_controller)
      findings.error(roles->at, fmt::format("node {} is a voter of the quorum ({}), so process.roles must have 'controller' in it",
                                            deployment.node_id, to_string(at)));
    if (!is_voter && is_controller)
      findings.error(
          at, fmt::format("process.roles has 'controller' in it, so the voters must be this node: {}@host:port", deployment.node_id));
    if (is_voter) nodes.clear();
  } else if (servers != nullptr && roles != nullptr && !is_controller) {
    nodes = read_servers(*servers, findings);
    at = servers->at;
  } else if (roles != nullptr && !is_controller && deployment.metadata.use == quorum_store) {
    findings.error(roles->at, "this node is no controller (process.roles), so it must be said who is: controller.quorum.bootstrap.servers");
  }
  if (!nodes.empty() && deployment.metadata.use != quorum_store)
    findings.error(
        at, fmt::format("controllers are followed with metadata: kraft, and this deployment has metadata: {}", deployment.metadata.use));
  deployment.controllers = std::move(nodes);
}

}  // namespace barnabas::config
