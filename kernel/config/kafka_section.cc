// The sections kafka: and topics:, by Kafka's keys.
#include "kernel/config/sections.h"

#include <fmt/format.h>

namespace barnabas::config {

namespace {

std::vector<std::string> names_of(std::span<const KafkaKey> keys) {
  std::vector<std::string> names;
  for (const KafkaKey& key : keys) names.emplace_back(key.name);
  return names;
}

std::vector<std::string> broker_key_names() {
  std::vector<std::string> names;
  for (const KafkaKey* key : broker_keys()) names.emplace_back(key->name);
  return names;
}

// The value as Kafka's text, or nothing after a finding.
std::optional<std::string> text_of(const KafkaKey& key, const Member& member, Findings& findings) {
  const Node& node = member.value;
  if (node.is_unresolved) return std::nullopt;
  std::string text = node.text;
  if (node.is_list()) {
    if (key.type != KafkaType::kList) {
      findings.error(node.at, fmt::format("'{}' must be one value ({}), but a list was found", member.key, describe_type(key)));
      return std::nullopt;
    }
    for (const Node& item : node.items) text += (&item == &node.items.front() ? "" : ",") + item.text;
  } else if (!node.is_scalar()) {
    return std::nullopt;  // check_shape has said so
  }
  Status status = check_value(key, text);
  if (status) return std::string(trimmed(text));
  findings.error(node.at, node.is_secret
                              ? fmt::format("'{}' must be {}; the value came from outside and is not shown", member.key, describe_type(key))
                              : std::string(message_of(status)));
  return std::nullopt;
}

std::string unknown_broker_key(const std::string& name) {
  if (const KafkaKey* topic_key = find_topic_key(name)) {
    const auto twins = synonyms(*topic_key);
    return twins.empty() ? fmt::format("'{}' is a key of topics; it belongs under topics: NAME: config:", name)
                         : fmt::format("'{}' is a key of topics; for all topics of a broker it is '{}'", name, twins.front().broker_key);
  }
  const std::string near = nearest(name, broker_key_names());
  return fmt::format("unknown key '{}': Kafka has no such broker key{}", name,
                     near.empty() ? std::string() : fmt::format(" (did you mean '{}'?)", near));
}

void warn_of_no_effect(const Member& member, Findings& findings) {
  findings.warn(member.at, fmt::format("'{}' is Kafka's, but has no effect in this version", member.key));
}

bool is_legal_topic(std::string_view name) {
  constexpr std::size_t kLongest = 249;
  if (name.empty() || name.size() > kLongest || name == "." || name == "..") return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string_view::npos;
}

void read_topic_configs(const Node& block, TopicSpec& topic, Findings& findings) {
  for (const Member& member : block.members) {
    const KafkaKey* key = find_topic_key(member.key);
    if (key == nullptr) {
      findings.error(member.at, fmt::format("unknown key '{}': Kafka has no such topic key{}", member.key,
                                            did_you_mean(member.key, names_of(topic_keys()))));
    } else if (auto text = text_of(*key, member, findings)) {
      if (!is_honoured_of_topics(key->name)) warn_of_no_effect(member, findings);
      topic.configs.push_back({member.key, *std::move(text), member.value.at, key->is_secret() || member.value.is_secret});
    }
  }
}

}  // namespace

KafkaConfigs read_kafka(const Node& root, Findings& findings) {
  KafkaConfigs kafka;
  const Node* section = root.value("kafka");
  if (section == nullptr) return kafka;
  for (const Member& member : section->members) {
    const KafkaKey* key = find_broker_key(member.key);
    if (key == nullptr) {
      findings.error(member.at, unknown_broker_key(member.key));
      continue;
    }
    auto text = text_of(*key, member, findings);
    if (!text) continue;
    // Nothing is read of single listeners.
    if (!is_honoured(*key) || key->name != member.key) warn_of_no_effect(member, findings);
    kafka.set({member.key, *std::move(text), member.value.at, key->is_secret() || member.value.is_secret});
  }
  return kafka;
}

std::vector<TopicSpec> read_topics(const Node& root, Findings& findings) {
  std::vector<TopicSpec> topics;
  const Node* section = root.value("topics");
  if (section == nullptr) return topics;
  for (const Member& member : section->members) {
    if (!is_legal_topic(member.key)) {
      findings.error(member.at,
                     fmt::format("'{}' cannot be the name of a topic: it may have 1 to 249 letters, digits, dots, underscores and dashes",
                                 member.key));
      continue;
    }
    TopicSpec topic;
    topic.name = member.key;
    topic.at = member.at;
    OptionSchema option;
    option.type = OptionType::kInt32;
    if (auto said = said_at(member.value, "/partitions"))
      if (auto number = canonical_value(option, said->value, false)) topic.partitions = std::stoi(*number);
    if (const Node* configs = member.value.value("config")) read_topic_configs(*configs, topic, findings);
    topics.push_back(std::move(topic));
  }
  return topics;
}

}  // namespace barnabas::config
