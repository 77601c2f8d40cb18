#include "nodes.h"

#include "json.h"

namespace barnabas::metadata_zookeeper {
namespace {

template <class T>
Result<T> checked(T value, const Members& members) {
  if (!members.status()) return members.status().copy();
  return value;
}

std::string print(const std::map<std::int32_t, Ids>& replicas) {
  JsonObject object;
  for (const auto& [partition, ids] : replicas) object.add(std::to_string(partition), json_list(ids));
  return object.text();
}

std::map<std::int32_t, Ids> replicas_of(Members& members, std::string_view key) {
  std::map<std::int32_t, Ids> replicas;
  members.each(key, [&](std::string_view name, const boost::json::value& value) {
    std::int64_t partition = -1;
    Ids ids;
    const bool is_good = read_decimal(name, partition) && partition >= 0 && partition <= INT32_MAX && read_numbers(value, ids);
    if (!is_good) members.refuse(key, "an object of partitions with lists of brokers");
    if (is_good) replicas.emplace(static_cast<std::int32_t>(partition), std::move(ids));
  });
  return replicas;
}

}  // namespace

std::string print(const TopicNode& node) {
  JsonObject object;
  object.add("partitions", print(node.replicas));
  if (node.id) object.add("topic_id", quoted(base::to_string(*node.id)));
  object.add("adding_replicas", print(node.adding)).add("removing_replicas", print(node.removing)).add("version", 3);
  return object.text();
}

Result<TopicNode> parse_topic(std::string_view json) {
  Members members(json);
  TopicNode node;
  if (const auto id = members.optional_text("topic_id")) {
    node.id = base::parse_uuid(*id);
    if (!node.id) members.refuse("topic_id", "the id of a topic");
  }
  if (!members.has("partitions")) members.refuse("partitions", "there");
  node.replicas = replicas_of(members, "partitions");
  node.adding = replicas_of(members, "adding_replicas");
  node.removing = replicas_of(members, "removing_replicas");
  // A topic's partitions are numbered from 0 without a gap.
  if (!node.replicas.empty() && node.replicas.rbegin()->first != static_cast<std::int32_t>(node.replicas.size()) - 1)
    members.refuse("partitions", "numbered from 0 without a gap");
  return checked(std::move(node), members);
}

std::string print(const StateNode& node) {
  JsonObject object;
  object.add("controller_epoch", node.controller_epoch).add("leader", node.leader).add("version", 1);
  if (node.recovery != 0) object.add("leader_recovery_state", node.recovery);
  return object.add("leader_epoch", node.leader_epoch).add("isr", json_list(node.isr)).text();
}

Result<StateNode> parse_state(std::string_view json) {
  Members members(json);
  StateNode node;
  node.leader = members.int32("leader");
  node.leader_epoch = members.int32("leader_epoch");
  node.controller_epoch = members.int32("controller_epoch");
  node.isr = members.numbers("isr");
  if (members.has("leader_recovery_state")) node.recovery = static_cast<std::int8_t>(members.number("leader_recovery_state", 0, 1));
  return checked(std::move(node), members);
}

std::string print(const ControllerNode& node) {
  JsonObject object;
  object.add("version", 2).add("brokerid", node.broker).add("timestamp", quoted(std::to_string(node.timestamp_ms)));
  return object.add("kraftControllerEpoch", node.kraft_epoch).text();
}

Result<ControllerNode> parse_controller(std::string_view json) {
  Members members(json);
  ControllerNode node;
  node.broker = members.int32("brokerid");
  if (members.has("timestamp")) node.timestamp_ms = members.number_in_text("timestamp");
  if (members.has("kraftControllerEpoch")) node.kraft_epoch = members.number("kraftControllerEpoch", -1, INT32_MAX);
  return checked(node, members);
}

std::string print(const ConfigNode& node) {
  JsonObject configs;
  for (const auto& [key, value] : node) configs.add(key, quoted(value));
  return JsonObject().add("version", 1).add("config", configs.text()).text();
}

Result<ConfigNode> parse_config(std::string_view json) {
  ConfigNode node;
  if (json.empty()) return node;  // Kafka takes it for one without settings
  Members members(json);
  members.each("config", [&](std::string_view key, const boost::json::value& value) {
    if (value.is_string()) {
      node.emplace(key, std::string(value.get_string().data(), value.get_string().size()));
    } else {
      members.refuse("config", "an object of texts");
    }
  });
  return checked(std::move(node), members);
}

std::string print_config_change(std::string_view entity_path) {
  return JsonObject().add("version", 2).add("entity_path", quoted(entity_path)).text();
}

Result<std::string> parse_config_change(std::string_view json) {
  Members members(json);
  // Brokers before 0.10.1 said it in two members.
  std::string path =
      members.has("entity_path") ? members.text("entity_path") : members.text("entity_type") + "/" + members.text("entity_name");
  return checked(std::move(path), members);
}

std::string print(const ProducerBlock& node) {
  JsonObject object;
  object.add("version", 1).add("broker", node.broker).add("block_start", quoted(std::to_string(node.first)));
  return object.add("block_end", quoted(std::to_string(node.last))).text();
}

Result<ProducerBlock> parse_producer_block(std::string_view json) {
  Members members(json);
  ProducerBlock node;
  node.broker = members.int32("broker");
  node.first = members.number_in_text("block_start");
  node.last = members.number_in_text("block_end");
  if (node.last < node.first || node.last == INT64_MAX) members.refuse("block_end", "behind its beginning");
  return checked(node, members);
}

std::string print_cluster_id(std::string_view id) { return JsonObject().add("version", "\"1\"").add("id", quoted(id)).text(); }

Result<std::string> parse_cluster_id(std::string_view json) {
  Members members(json);
  std::string id = members.text("id");
  if (id.empty()) members.refuse("id", "a text");
  return checked(std::move(id), members);
}

std::string print(const FeatureNode& node) {
  JsonObject levels;
  for (const auto& [name, level] : node.levels) levels.add(name, JsonObject().add("max_version_level", level).text());
  return JsonObject().add("features", levels.text()).add("version", 2).add("status", node.enabled ? 1 : 0).text();
}

Result<FeatureNode> parse_feature(std::string_view json) {
  Members members(json);
  FeatureNode node;
  node.enabled = members.number("status", 0, 1) == 1;
  members.each("features", [&](std::string_view name, const boost::json::value& value) {
    Members levels(value);
    node.levels.emplace(name, static_cast<std::int16_t>(levels.number("max_version_level", 0, INT16_MAX)));
    if (!levels.status()) members.refuse("features", "an object of levels");
  });
  return checked(std::move(node), members);
}

}  // namespace barnabas::metadata_zookeeper
