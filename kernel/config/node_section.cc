// The section node:, and facts that can be said in two places.
#include "kernel/config/sections.h"

#include <algorithm>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

// As Kafka reads a number, which may have blanks and a plus. -1 of what is none: check_shape or read_kafka has said so.
std::int32_t to_int(std::string_view text) { return static_cast<std::int32_t>(integer_of(text).value_or(-1)); }

// node.id and broker.id are one fact in two words.
std::optional<Said> kafka_node_id(const KafkaConfigs& kafka, Findings& findings) {
  auto broker_id = said_by(kafka, "broker.id");
  if (broker_id && to_int(broker_id->value) < 0) broker_id.reset();  // -1: Kafka's word for "make one up"
  return one_of(said_by(kafka, "node.id"), "node.id", broker_id, "broker.id", findings);
}

void check_roles(const KafkaConfigs& kafka, Findings& findings) {
  if (const KafkaSetting* roles = kafka.find("process.roles")) {
    const auto list = split_list(roles->value);
    if (std::find(list.begin(), list.end(), "broker") == list.end())
      findings.error(roles->at, "process.roles must have 'broker' in it: this version has no node that is only a controller");
  }
}

}  // namespace

const Node* find_node(const Node& root, std::string_view path) {
  const Node* node = &root;
  while (node != nullptr && !path.empty()) {
    const auto slash = path.find('/', 1);
    node = node->value(path.substr(1, slash - 1));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return node;
}

std::optional<Said> said_at(const Node& root, std::string_view path) {
  const Node* node = find_node(root, path);
  if (node == nullptr || !node->is_scalar()) return std::nullopt;
  return Said{node->text, node->at};
}

std::optional<Said> said_by(const KafkaConfigs& kafka, std::string_view key) {
  const KafkaSetting* setting = kafka.find(key);
  if (setting == nullptr) return std::nullopt;
  return Said{setting->value, setting->at};
}

std::optional<Said> one_of(std::optional<Said> ours, std::string_view our_key, std::optional<Said> kafkas, std::string_view kafka_key,
                           Findings& findings) {
  if (!ours || !kafkas) return ours ? ours : kafkas;
  if (ours->value == kafkas->value) return ours;
  if (is_override(ours->at) != is_override(kafkas->at)) return is_override(ours->at) ? ours : kafkas;
  findings.error(kafkas->at, fmt::format("'{}' says '{}' where '{}' says '{}' ({}); keep one of the two", kafka_key, kafkas->value, our_key,
                                         ours->value, to_string(ours->at)));
  return ours;
}

void read_node(const Node& root, const KafkaConfigs& kafka, Deployment& deployment, Findings& findings) {
  const auto id = one_of(said_at(root, "/node/id"), "node.id", kafka_node_id(kafka, findings), "kafka.node.id", findings);
  if (id) {
    deployment.node_id = to_int(id->value);
  } else if (const Node* node = root.value("node"); node == nullptr || (node->is_map() && node->find("id") == nullptr)) {
    findings.error(root.at, "'node.id' is missing: every node has a number of its own, such as node: {id: 1}");
  }
  if (const auto rack = one_of(said_at(root, "/node/rack"), "node.rack", said_by(kafka, "broker.rack"), "broker.rack", findings))
    deployment.rack = rack->value;
  if (const auto loops = said_at(root, "/node/loops")) deployment.loops = to_int(loops->value);
  if (const auto insecure = said_at(root, "/allow_insecure")) deployment.allow_insecure = insecure->value == "true";
  if (id) check_roles(kafka, findings);
}

}  // namespace barnabas::config
