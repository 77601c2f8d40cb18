// The parts of a deployment, each read from the tree by a function of its own. Inside this folder only; load.h is the door.
//
// The tree has passed check_shape: what is still wrong in it was reported there, and is skipped here.
#pragma once

#include "kernel/config/deployment.h"
#include "kernel/config/tree.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::config {

// A value and where it was said.
struct Said {
  std::string value;
  Position at;
};

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
// "host:port", "[::1]:port", ":port".
std::optional<HostPort> parse_address(std::string_view text);

// The same fact can be said by a key of ours and by one of Kafka's. An override beats the file; two in one file must agree.
std::optional<Said> one_of(std::optional<Said> ours, std::string_view our_key, std::optional<Said> kafkas, std::string_view kafka_key,
                           Findings& findings);
// A slot, {use, config}; a list of slots below `root`; the folders of plugins.
PluginChoice read_choice(const Node& slot, const std::string& default_id);
std::vector<PluginChoice> read_choices(const Node& root, std::string_view key);
std::vector<std::string> read_plugin_paths(const Node& root);

// What is below `root` at a path, such as "/node/id"; null where nothing is. said_at: where it is a scalar.
const Node* find_node(const Node& root, std::string_view path);
std::optional<Said> said_at(const Node& root, std::string_view path);
std::optional<Said> said_by(const KafkaConfigs& kafka, std::string_view key);

KafkaConfigs read_kafka(const Node& root, Findings& findings);
std::vector<TopicSpec> read_topics(const Node& root, Findings& findings);
void read_node(const Node& root, const KafkaConfigs& kafka, Deployment& deployment, Findings& findings);
void read_listeners(const Node& root, const KafkaConfigs& kafka, Surroundings& surroundings, Deployment& deployment, Findings& findings);
// After the others: who the controllers are, if this node is none.
void read_controllers(const KafkaConfigs& kafka, Deployment& deployment, Findings& findings);
// A fact from a Kafka key as an option of a slot's plugin, where that has such an option: what the slot says itself must be the same.
void derive(PluginChoice& choice, const std::string& slot, const OptionSchema& option, const Said& said, std::string_view kafka_key,
            Findings& findings);
// What Kafka's keys say of a ZooKeeper: whether the metadata is there, where that is, and how long it is waited for.
void read_zookeeper(bool has_slot, const KafkaConfigs& kafka, PluginChoice& metadata, Findings& findings);
void read_slots(const Node& root, const KafkaConfigs& kafka, Deployment& deployment, Findings& findings);

}  // namespace barnabas::config
