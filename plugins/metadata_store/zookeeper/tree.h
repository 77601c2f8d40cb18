// The tree of a cluster as it was read: what its znodes say, and the versions that the next writes have to name.
//
// Reading and writing go the same way: whoever has read a node, or knows that it has been written, puts it in. Nodes that mean nothing here
// are passed over. One thread at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "nodes.h"
#include "paths.h"

namespace barnabas::metadata_zookeeper {

class Tree {
 public:
  struct State {
    StateNode node;
    std::int32_t version = 0;
  };
  struct Partition {
    bool is_there = false;  // its node; it may lack the state below
    std::optional<State> state;
  };
  struct Topic {
    TopicNode node;
    std::int32_t version = 0;
    bool has_folder = false;                       // the node "partitions"
    std::map<std::int32_t, Partition> partitions;  // whose nodes are there, also those that the topic does not name
  };
  struct Broker {
    BrokerNode node;
    std::int64_t epoch = -1;  // the transaction that made its node
  };
  struct Config {
    ConfigNode node;
    std::int32_t version = 0;
  };
  using ConfigKey = std::pair<Resource, std::string>;

  // The node is there, with this data. kCorrupt: it cannot be what it should be; the sentence names the path.
  Status put(std::string_view path, std::string_view data, std::int32_t version, std::int64_t created = -1);
  void erase(std::string_view path);

  const std::map<std::string, Topic, std::less<>>& topics() const { return topics_; }
  const Topic* topic(std::string_view name) const;
  const Topic* topic(const Uuid& id, std::string& name) const;
  bool is_deleted(std::string_view topic) const { return deletions_.contains(topic); }
  const std::set<std::string, std::less<>>& deletions() const { return deletions_; }
  const std::map<std::int32_t, Broker>& brokers() const { return brokers_; }
  const std::map<ConfigKey, Config>& configs() const { return configs_; }
  const Config* config(Resource type, std::string_view name) const;
  const std::optional<ProducerBlock>& producer_block() const { return producer_block_; }
  std::int32_t producer_block_version() const { return producer_block_version_; }
  const FeatureNode& feature() const { return feature_; }
  const std::string& cluster_id() const { return cluster_id_; }

 private:
  Status put_topic(const Place& place, std::string_view data, std::int32_t version);
  void erase_topic(const std::string& name);

  std::map<std::string, Topic, std::less<>> topics_;
  std::map<Uuid, std::string> names_;
  std::set<std::string, std::less<>> deletions_;
  std::map<std::int32_t, Broker> brokers_;
  std::map<ConfigKey, Config> configs_;
  std::optional<ProducerBlock> producer_block_;
  std::int32_t producer_block_version_ = -1;
  FeatureNode feature_;
  std::string cluster_id_;
};

}  // namespace barnabas::metadata_zookeeper
