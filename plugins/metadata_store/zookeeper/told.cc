#include "told.h"

#include <algorithm>

#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::metadata_zookeeper {
namespace {

using record::FramedRecords;

constexpr std::string_view kProtocols[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};

bool is_told(const Tree& tree, std::string_view name, const Tree::Topic* topic) {
  return topic != nullptr && topic->node.id && !tree.is_deleted(name);
}

bool equal(const Tree::Partition* a, const Tree::Partition* b) {
  const bool has_a = a != nullptr && a->state;
  const bool has_b = b != nullptr && b->state;
  return has_a == has_b && (!has_a || (a->state->node == b->state->node && a->state->version == b->state->version));
}

const Tree::Partition* find(const Tree::Topic& topic, std::int32_t number) {
  const auto found = topic.partitions.find(number);
  return found == topic.partitions.end() ? nullptr : &found->second;
}

const Ids& ids_of(const std::map<std::int32_t, Ids>& all, std::int32_t partition) {
  static const Ids none;
  const auto found = all.find(partition);
  return found == all.end() ? none : found->second;
}

// Of a partition: everything that its record says of the topic's node.
bool same_replicas(const TopicNode& a, const TopicNode& b, std::int32_t partition) {
  return ids_of(a.replicas, partition) == ids_of(b.replicas, partition) && ids_of(a.adding, partition) == ids_of(b.adding, partition) &&
         ids_of(a.removing, partition) == ids_of(b.removing, partition);
}

void add_partition(const Tree::Topic& topic, std::int32_t number, FramedRecords& records) {
  const Ids& replicas = ids_of(topic.node.replicas, number);
  wire::PartitionRecord record;
  record.partition_id = number;
  record.topic_id = *topic.node.id;
  record.replicas = replicas;
  record.isr = replicas;
  record.adding_replicas = ids_of(topic.node.adding, number);
  record.removing_replicas = ids_of(topic.node.removing, number);
  if (const Tree::Partition* partition = find(topic, number); partition != nullptr && partition->state) {
    const StateNode& state = partition->state->node;
    record.isr = state.isr;
    record.leader = std::max(state.leader, -1);
    record.leader_recovery_state = state.recovery;
    record.leader_epoch = state.leader_epoch;
    record.partition_epoch = partition->state->version;
  }
  records.add(record, kPartitionVersion);
}

void add_topic(const std::string& name, const Tree::Topic& topic, FramedRecords& records) {
  wire::TopicRecord record;
  record.name = name;
  record.topic_id = *topic.node.id;
  records.add(record);
  for (const auto& [number, replicas] : topic.node.replicas) add_partition(topic, number, records);
}

void remove_topic(const Tree::Topic& topic, FramedRecords& records) {
  wire::RemoveTopicRecord record;
  record.topic_id = *topic.node.id;
  records.add(record);
}

void add_changed(const Tree::Topic& before, const Tree::Topic& after, FramedRecords& records) {
  for (const auto& [number, replicas] : after.node.replicas)
    if (!same_replicas(before.node, after.node, number) || !equal(find(before, number), find(after, number)))
      add_partition(after, number, records);
}

void add_config(const Tree::ConfigKey& resource, std::string_view key, const std::string* value, FramedRecords& records) {
  wire::ConfigRecord record;
  record.resource_type = static_cast<std::int8_t>(resource.first);
  record.resource_name = resource.second;
  record.name = key;
  record.value.reset();
  if (value != nullptr) record.value = std::string_view(*value);
  records.add(record);
}

void add_configs(const Tree::ConfigKey& resource, const ConfigNode& before, const ConfigNode& after, FramedRecords& records) {
  for (const auto& [key, value] : before)
    if (!after.contains(key)) add_config(resource, key, nullptr, records);
  for (const auto& [key, value] : after)
    if (const auto same = before.find(key); same == before.end() || same->second != value) add_config(resource, key, &value, records);
}

// Settings of a topic that is being deleted go with it.
const ConfigNode& told_config(const Tree& tree, const Tree::ConfigKey& resource) {
  static const ConfigNode none;
  const Tree::Config* config = tree.config(resource.first, resource.second);
  if (config == nullptr) return none;
  if (resource.first == Resource::kTopic && tree.is_deleted(resource.second)) return none;
  return config->node;
}

void add_feature(std::string_view name, std::int16_t level, FramedRecords& records) {
  wire::FeatureLevelRecord record;
  record.name = name;
  record.feature_level = level;
  records.add(record);
}

void add_features(const Tree& tree, FramedRecords& records) {
  add_feature("metadata.version", kMetadataLevel, records);
  const auto& levels = tree.feature().levels;
  if (!levels.contains("group.version")) add_feature("group.version", 1, records);
  for (const auto& [name, level] : levels)
    if (name != "metadata.version") add_feature(name, level, records);
}

void add_producer_ids(const Tree& tree, FramedRecords& records) {
  if (!tree.producer_block()) return;
  wire::ProducerIdsRecord record;
  record.broker_id = tree.producer_block()->broker;
  record.next_producer_id = tree.producer_block()->last + 1;
  records.add(record);
}

void remove_broker(std::int32_t id, std::int64_t epoch, FramedRecords& records) {
  wire::UnregisterBrokerRecord record;
  record.broker_id = id;
  record.broker_epoch = epoch;
  records.add(record);
}

template <class IsMeant>
void add_other_brokers(const Tree& before, const Tree& after, FramedRecords& records, IsMeant is_meant) {
  for (const auto& [id, broker] : before.brokers())
    if (is_meant(id) && !after.brokers().contains(id)) remove_broker(id, broker.epoch, records);
  for (const auto& [id, broker] : after.brokers()) {
    const auto same = before.brokers().find(id);
    const bool is_other = same == before.brokers().end() || same->second.epoch != broker.epoch || same->second.node != broker.node;
    if (is_other && is_meant(id)) add_broker(id, broker, records);
  }
}

// `anew`: topics that are gone, or made anew. Their settings went with them.
void add_other_configs(const Tree& before, const Tree& after, const std::set<std::string, std::less<>>& anew, FramedRecords& records) {
  const auto is_anew = [&](const Tree::ConfigKey& resource) {
    return resource.first == Resource::kTopic && anew.contains(resource.second);
  };
  for (const auto& [resource, config] : before.configs())
    if (after.config(resource.first, resource.second) == nullptr && !is_anew(resource))
      add_configs(resource, told_config(before, resource), {}, records);
  for (const auto& [resource, config] : after.configs())
    add_configs(resource, is_anew(resource) ? ConfigNode() : told_config(before, resource), told_config(after, resource), records);
}

}  // namespace

void add_broker(std::int32_t id, const Tree::Broker& broker, FramedRecords& records) {
  std::vector<wire::RegisterBrokerRecord::BrokerEndpoint> endpoints;
  for (const BrokerNode::Endpoint& endpoint : broker.node.endpoints) {
    auto& view = endpoints.emplace_back();
    view.name = endpoint.listener;
    view.host = endpoint.host;
    view.port = endpoint.port;
    view.security_protocol = static_cast<std::int16_t>(std::ranges::find(kProtocols, endpoint.protocol) - std::begin(kProtocols));
  }
  std::vector<wire::RegisterBrokerRecord::BrokerFeature> features;
  for (const auto& [name, levels] : broker.node.features) {
    auto& view = features.emplace_back();
    view.name = name;
    view.min_supported_version = levels.first;
    view.max_supported_version = levels.second;
  }
  wire::RegisterBrokerRecord record;
  record.broker_id = id;
  record.broker_epoch = broker.epoch;
  record.incarnation_id = base::make_uuid(1, static_cast<std::uint64_t>(broker.epoch));  // a session is one
  record.end_points = endpoints;
  record.features = features;
  record.rack.reset();
  if (broker.node.rack) record.rack = std::string_view(*broker.node.rack);
  record.fenced = false;
  records.add(record, kRegisterBrokerVersion);
}

void add_all(const Tree& tree, FramedRecords& records) {
  add_features(tree, records);
  for (const auto& [id, broker] : tree.brokers()) add_broker(id, broker, records);
  for (const auto& [name, topic] : tree.topics())
    if (is_told(tree, name, &topic)) add_topic(name, topic, records);
  for (const auto& [resource, config] : tree.configs()) add_configs(resource, {}, told_config(tree, resource), records);
  add_producer_ids(tree, records);
}

void add_difference(const Tree& before, const Tree& after, FramedRecords& records) {
  if (before.feature() != after.feature()) {
    for (const auto& [name, level] : before.feature().levels)
      if (!after.feature().levels.contains(name)) add_feature(name, 0, records);
    add_features(after, records);
  }
  add_other_brokers(before, after, records, [](std::int32_t) { return true; });
  std::set<std::string, std::less<>> other_ids;  // topics that are gone, or made anew
  for (const auto& [name, topic] : before.topics()) {
    const Tree::Topic* now = after.topic(name);
    if (!is_told(before, name, &topic) || (is_told(after, name, now) && now->node.id == topic.node.id)) continue;
    remove_topic(topic, records);
    other_ids.insert(name);
  }
  for (const auto& [name, topic] : after.topics()) {
    if (!is_told(after, name, &topic)) continue;
    const Tree::Topic* earlier = before.topic(name);
    if (is_told(before, name, earlier) && earlier->node.id == topic.node.id) {
      add_changed(*earlier, topic, records);
    } else {
      add_topic(name, topic, records);
    }
  }
  add_other_configs(before, after, other_ids, records);
  if (before.producer_block() != after.producer_block()) add_producer_ids(after, records);
}

void add_followed_difference(const Tree& before, const Tree& after, const std::set<std::int32_t>& brokers, FramedRecords& records) {
  add_other_brokers(before, after, records, [&](std::int32_t id) { return brokers.contains(id); });
  add_other_configs(before, after, {}, records);
}

}  // namespace barnabas::metadata_zookeeper
