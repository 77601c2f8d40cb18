// An image as the records of a snapshot, in Kafka's order.
#include <algorithm>
#include <vector>

#include "kernel/catalog/features.h"
#include "kernel/catalog/framed.h"
#include "kernel/catalog/image_builder.h"
#include "kernel/wire/messages/record_brokers.h"
#include "kernel/wire/messages/record_log.h"
#include "kernel/wire/messages/record_settings.h"
#include "kernel/wire/messages/record_topics.h"

namespace barnabas::catalog {
namespace {

std::vector<wire::UnknownTag> tags_of(const UnknownTags& tags) {
  std::vector<wire::UnknownTag> views;
  for (const auto& [number, payload] : tags) views.push_back({number, sdk::Bytes(payload)});
  return views;
}

template <class Wire>
std::vector<Wire> endpoints_of(const std::vector<Endpoint>& endpoints) {
  std::vector<Wire> views;
  for (const Endpoint& e : endpoints) {
    Wire& view = views.emplace_back();
    view.name = e.name;
    view.host = e.host;
    view.port = e.port;
    view.security_protocol = e.security_protocol;
  }
  return views;
}

template <class Wire>
std::vector<Wire> features_of(const std::vector<FeatureRange>& features) {
  std::vector<Wire> views;
  for (const FeatureRange& f : features) {
    Wire& view = views.emplace_back();
    view.name = f.name;
    view.min_supported_version = f.min_level;
    view.max_supported_version = f.max_level;
  }
  return views;
}

}  // namespace

// Visits what an image has in the order in which Kafka writes a snapshot.
class SnapshotWriter {
 public:
  SnapshotWriter(const Image& image, const std::function<Status(sdk::Bytes)>& call)
      : image_(image), call_(call), level_(image.metadata_version()) {}

  Status run() {
    BARNABAS_TRY(features());
    BARNABAS_TRY(kept(wire::ZkMigrationStateRecord::kSchema.key, wire::ZkMigrationStateRecord::kSchema.key));
    for (const auto& [id, broker] : image_.brokers()) BARNABAS_TRY(this->broker(*broker));
    for (const auto& [id, node] : image_.controllers()) BARNABAS_TRY(controller(*node));
    std::vector<const Topic*> topics;
    image_.each_topic([&](const Topic& topic) { topics.push_back(&topic); });
    for (const Topic* topic : topics) BARNABAS_TRY(this->topic(*topic));
    BARNABAS_TRY(configs());
    BARNABAS_TRY(producer_ids());
    return kept(0, 0xff);
  }

 private:
  template <class M>
  Status write(const M& message, int version = 0) {
    one_.clear();
    one_.add(message, version);
    if (!one_.status()) return one_.status().copy();
    return call_(one_[0]);
  }

  Status features() {
    wire::FeatureLevelRecord message;
    if (level_ != 0) {
      message.name = kMetadataVersion;
      message.feature_level = level_;
      BARNABAS_TRY(write(message));
    }
    for (const auto& [name, level] : image_.features()) {
      if (name == kMetadataVersion || name == kKraftVersion) continue;
      message.name = name;
      message.feature_level = level;
      BARNABAS_TRY(write(message));
    }
    return {};
  }

  Status broker(const Broker& broker) {
    wire::RegisterBrokerRecord message;
    const int version = register_broker_version(level_);
    message.broker_id = broker.id;
    message.broker_epoch = broker.epoch;
    message.incarnation_id = broker.incarnation;
    message.is_migrating_zk_broker = broker.migrating;
    auto endpoints = endpoints_of<wire::RegisterBrokerRecord::BrokerEndpoint>(broker.endpoints);
    auto ranges = features_of<wire::RegisterBrokerRecord::BrokerFeature>(broker.features);
    const auto tags = tags_of(broker.unknown_tags);
    message.end_points = endpoints;
    message.features = ranges;
    message.unknown_tags = tags;
    message.rack.reset();
    if (broker.rack) message.rack = std::string_view(*broker.rack);
    message.fenced = broker.fenced;
    message.in_controlled_shutdown = version >= 1 && broker.in_controlled_shutdown;
    if (version >= 3) message.log_dirs = broker.directories;
    if (version >= 4 && broker.cordoned_directories) message.cordoned_log_dirs = std::span<const Uuid>(*broker.cordoned_directories);
    return write(message, version);
  }

  Status controller(const ControllerNode& node) {
    wire::RegisterControllerRecord message;
    message.controller_id = node.id;
    message.incarnation_id = node.incarnation;
    message.zk_migration_ready = node.migration_ready;
    auto endpoints = endpoints_of<wire::RegisterControllerRecord::ControllerEndpoint>(node.endpoints);
    auto ranges = features_of<wire::RegisterControllerRecord::ControllerFeature>(node.features);
    const auto tags = tags_of(node.unknown_tags);
    message.end_points = endpoints;
    message.features = ranges;
    message.unknown_tags = tags;
    return write(message);
  }

  Status topic(const Topic& topic) {
    wire::TopicRecord message;
    message.name = topic.name;
    message.topic_id = topic.id;
    const auto tags = tags_of(topic.unknown_tags);
    message.unknown_tags = tags;
    BARNABAS_TRY(write(message));
    for (std::int32_t i = 0; i < topic.partition_count(); ++i)
      if (const Partition* one = topic.partition(i); one != nullptr) BARNABAS_TRY(partition(topic, i, *one));
    return {};
  }

  Status partition(const Topic& topic, std::int32_t index, const Partition& partition) {
    wire::PartitionRecord message;
    const int version = partition_record_version(level_);
    message.partition_id = index;
    message.topic_id = topic.id;
    message.replicas = partition.replicas;
    message.isr = partition.isr;
    message.removing_replicas = partition.removing;
    message.adding_replicas = partition.adding;
    message.leader = partition.leader;
    message.leader_recovery_state = partition.recovery_state;
    message.leader_epoch = partition.leader_epoch;
    message.partition_epoch = partition.partition_epoch;
    if (version >= 1) message.directories = partition.directories;
    if (version >= 2 && !partition.elr.empty()) message.eligible_leader_replicas = std::span(partition.elr);
    if (version >= 2 && !partition.last_known_elr.empty()) message.last_known_elr = std::span(partition.last_known_elr);
    const auto tags = tags_of(partition.unknown_tags);
    message.unknown_tags = tags;
    return write(message, version);
  }

  Status configs() {
    Status failure;
    image_.each_configured([&](ResourceType type, std::string_view name, const Configs& configs) {
      wire::ConfigRecord message;
      message.resource_type = static_cast<std::int8_t>(type);
      message.resource_name = name;
      for (const auto& [key, value] : configs) {
        message.name = key;
        message.value = std::string_view(value);
        if (failure.ok()) failure = write(message);
      }
    });
    return failure;
  }

  Status producer_ids() {
    const ProducerIds& ids = image_.producer_ids();
    if (ids == ProducerIds()) return {};
    wire::ProducerIdsRecord message;
    message.broker_id = ids.broker_id;
    message.broker_epoch = ids.broker_epoch;
    message.next_producer_id = ids.next;
    return write(message);
  }

  // The kept records of these types, by type and identity. The migration state goes first, not here.
  Status kept(int first_type, int last_type) {
    std::vector<std::pair<std::string_view, const std::string*>> records;
    image_.foreign_.each([&](const std::string& key, const std::shared_ptr<const std::string>& record) {
      const int type = static_cast<std::uint8_t>(key[0]);
      const bool migration = type == wire::ZkMigrationStateRecord::kSchema.key;
      if (type >= first_type && type <= last_type && (!migration || first_type == type)) records.emplace_back(key, record.get());
    });
    std::sort(records.begin(), records.end());
    for (const auto& [key, record] : records) BARNABAS_TRY(call_(sdk::Bytes(*record)));
    return {};
  }

  const Image& image_;
  const std::function<Status(sdk::Bytes)>& call_;
  const std::int16_t level_;
  FramedRecords one_;
};

Status each_record(const Image& image, const std::function<Status(sdk::Bytes)>& call) { return SnapshotWriter(image, call).run(); }

}  // namespace barnabas::catalog
