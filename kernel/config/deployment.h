// A whole deployment: what one file says a node is made of, checked, with defaults filled in and every value's origin.
//
// Plain values; read by anybody once made.
#pragma once

#include "kernel/config/kafka_configs.h"
#include "kernel/config/plugin_schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::config {

struct Listener {
  std::string name;      // in capitals, as Kafka's clients see it
  std::string protocol;  // PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
  std::string host;
  std::uint16_t port = 0;  // 0: any free one, then advertised as bound
  std::string advertised_host;
  std::uint16_t advertised_port = 0;
  Position at;
};

// A node of the metadata's quorum.
struct QuorumNode {
  std::int32_t id = -1;  // -1: not said
  std::string host;
  std::uint16_t port = 0;
};

// One slot filled with a plugin.
struct PluginChoice {
  std::string use;                  // the plugin's id
  std::vector<RawSetting> written;  // its `config:` block as it stands in the file
  std::vector<Setting> settings;    // the same, checked and canonical: filled by check_plugins
  Position at;
  std::string default_of = {};  // where `use` was not said: the key whose default it is, "placement.use"
};

// The offset store of the groups whose ids match, and of those that are moved there by its name.
struct GroupOffsets {
  std::string name;   // the plugin's id unless it was said
  std::string match;  // '*' stands for any characters; "": no group by itself
  PluginChoice store;
};

struct TopicSpec {
  std::string name;
  std::optional<std::int32_t> partitions;  // nothing: num.partitions
  std::vector<KafkaSetting> configs;       // checked topic keys
  Position at;
};

struct Deployment {
  std::int32_t node_id = -1;
  std::string rack;        // "" for none
  std::int32_t loops = 0;  // 0: one for each core
  bool allow_insecure = false;
  std::vector<Listener> listeners;              // what clients connect to; never empty
  std::string inter_broker_listener;            // the name of one of them
  std::optional<Listener> controller_listener;  // where brokers of other processes reach this node's controller
  std::vector<QuorumNode> controllers;          // that this node follows; empty: it is a controller itself

  PluginChoice storage;
  PluginChoice metadata;
  PluginChoice placement;
  PluginChoice retention;  // of cleanup.policy=delete
  PluginChoice offsets;
  std::vector<GroupOffsets> group_offsets;  // the first that matches; the one above for all others
  std::vector<PluginChoice> codecs;         // settings for codecs; every codec that is installed is used anyway
  std::vector<PluginChoice> assignors;      // of consumer groups, the preferred one first; none: group.consumer.assignors' default
  std::vector<PluginChoice> interceptors;
  std::vector<std::string> plugin_paths;

  std::vector<TopicSpec> topics;  // made at the start where missing
  KafkaConfigs kafka;             // Kafka's broker keys that were said, and the defaults of the rest
};

// deployment.kafka, and with it, where those keys were not said, what the deployment says elsewhere that Kafka has a key for: node.id,
// listeners, log.dirs and their like.
KafkaConfigs kafka_keys_of(const Deployment& deployment);

// What plugins there are, as far as a check needs to know. The registry of kernel/host is one.
class PluginCatalog {
 public:
  virtual ~PluginCatalog() = default;
  virtual const PluginSchema* find_schema(std::string_view kind, std::string_view id) const = 0;
  virtual std::vector<std::string> ids(std::string_view kind) const = 0;
  // Of a plugin whose file is there and is not used: the file and what is wrong with it, in one sentence.
  virtual std::optional<std::string> why_refused(std::string_view kind, std::string_view id) const = 0;
};

// Says of a plugin that find_schema() does not find why not, and what there is.
std::string describe_missing(const PluginCatalog& plugins, std::string_view kind, std::string_view id);

// Checks every slot's plugin and its `config:` block, and fills PluginChoice::settings.
void check_plugins(Deployment& deployment, const PluginCatalog& plugins, Findings& findings);

}  // namespace barnabas::config
