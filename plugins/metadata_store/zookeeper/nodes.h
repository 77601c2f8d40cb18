// What stands in the znodes of a Kafka cluster (3.9), and their octets: the order of keys is the one that Kafka writes where it has one.
//
// print() makes a node's data, the parse functions read any version of it that a Kafka since 0.10 has written. kCorrupt: it is not what the
// node should hold; the sentence begins with "it" or "its". Pure. [any thread]
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/uuid.h"

namespace barnabas::metadata_zookeeper {

using Ids = std::vector<std::int32_t>;

// /brokers/ids/N
struct BrokerNode {
  struct Endpoint {
    std::string listener;
    std::string protocol;  // PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL
    std::string host;
    std::uint16_t port = 0;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
  };
  std::vector<Endpoint> endpoints;
  std::optional<std::string> rack;
  std::map<std::string, std::pair<std::int16_t, std::int16_t>> features;  // lowest and highest level
  std::int32_t jmx_port = -1;
  std::int64_t timestamp_ms = -1;
  bool is_ours = false;  // it says so; Kafka does not read that

  friend bool operator==(const BrokerNode&, const BrokerNode&) = default;
};
std::string print(const BrokerNode& node);
Result<BrokerNode> parse_broker(std::string_view json);

// /brokers/topics/TOPIC
struct TopicNode {
  std::optional<Uuid> id;  // older brokers gave none
  std::map<std::int32_t, Ids> replicas;
  std::map<std::int32_t, Ids> adding;
  std::map<std::int32_t, Ids> removing;

  friend bool operator==(const TopicNode&, const TopicNode&) = default;
};
std::string print(const TopicNode& node);
Result<TopicNode> parse_topic(std::string_view json);

// /brokers/topics/TOPIC/partitions/N/state
struct StateNode {
  std::int32_t leader = -1;  // -2: the topic is being deleted
  std::int32_t leader_epoch = 0;
  std::int32_t controller_epoch = 0;
  Ids isr;
  std::int8_t recovery = 0;

  friend bool operator==(const StateNode&, const StateNode&) = default;
};
std::string print(const StateNode& node);
Result<StateNode> parse_state(std::string_view json);

// /controller
struct ControllerNode {
  std::int32_t broker = -1;
  std::int64_t timestamp_ms = 0;
  std::int64_t kraft_epoch = -1;  // 0 and more: a KRaft controller has taken over

  friend bool operator==(const ControllerNode&, const ControllerNode&) = default;
};
std::string print(const ControllerNode& node);
Result<ControllerNode> parse_controller(std::string_view json);

// /config/TYPE/NAME
using ConfigNode = std::map<std::string, std::string>;
std::string print(const ConfigNode& node);
Result<ConfigNode> parse_config(std::string_view json);

// /config/changes/config_change_N names what has changed: "topics/orders".
std::string print_config_change(std::string_view entity_path);
Result<std::string> parse_config_change(std::string_view json);

// /latest_producer_id_block
struct ProducerBlock {
  std::int32_t broker = -1;
  std::int64_t first = 0;
  std::int64_t last = -1;

  friend bool operator==(const ProducerBlock&, const ProducerBlock&) = default;
};
std::string print(const ProducerBlock& node);
Result<ProducerBlock> parse_producer_block(std::string_view json);

// /cluster/id
std::string print_cluster_id(std::string_view id);
Result<std::string> parse_cluster_id(std::string_view json);

// /feature
struct FeatureNode {
  bool enabled = true;
  std::map<std::string, std::int16_t> levels;

  friend bool operator==(const FeatureNode&, const FeatureNode&) = default;
};
std::string print(const FeatureNode& node);
Result<FeatureNode> parse_feature(std::string_view json);

}  // namespace barnabas::metadata_zookeeper
