#include "tools/barnabas/metadata/metadata_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "kernel/catalog/features.h"
#include "tools/barnabas/command.h"
#include "tools/barnabas/metadata/security_nodes.h"
#include "tools/barnabas/time_text.h"

namespace barnabas::tools {
namespace {

void add(MetadataNode& folder, std::string name, std::string text) { folder.children[std::move(name)].text = std::move(text); }

std::string ids(const std::vector<Uuid>& all) {
  std::vector<std::string> texts;
  for (const Uuid& id : all) texts.push_back(base::to_string(id));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}
std::string numbers(const std::vector<std::int32_t>& all) { return fmt::format("[{}]", fmt::join(all, ", ")); }

std::string endpoints(const std::vector<catalog::Endpoint>& all) {
  static constexpr std::string_view kProtocols[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};
  std::vector<std::string> texts;
  for (const catalog::Endpoint& each : all) {
    const auto protocol = static_cast<std::size_t>(each.security_protocol);
    texts.push_back(fmt::format("Endpoint(listenerName='{}', securityProtocol={}, host='{}', port={})", each.name,
                                protocol < std::size(kProtocols) ? kProtocols[protocol] : "UNKNOWN", each.host, each.port));
  }
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string features(const std::vector<catalog::FeatureRange>& all) {
  std::vector<std::string> texts;
  for (const catalog::FeatureRange& each : all)
    texts.push_back(each.min_level == each.max_level ? fmt::format("{}: {}", each.name, each.min_level)
                                                     : fmt::format("{}: {}-{}", each.name, each.min_level, each.max_level));
  std::sort(texts.begin(), texts.end());
  return fmt::format("{{{}}}", fmt::join(texts, ", "));
}

std::string text_of(const catalog::Broker& broker) {
  return fmt::format(
      "BrokerRegistration(id={}, epoch={}, incarnationId={}, listeners={}, supportedFeatures={}, rack={}, fenced={}, "
      "inControlledShutdown={}, "
      "isMigratingZkBroker={}, directories={}, cordonedDirectories={})",
      broker.id, broker.epoch, base::to_string(broker.incarnation), endpoints(broker.endpoints), features(broker.features),
      broker.rack ? fmt::format("Optional[{}]", *broker.rack) : "Optional.empty", broker.fenced, broker.in_controlled_shutdown,
      broker.migrating, ids(broker.directories), broker.cordoned_directories ? ids(*broker.cordoned_directories) : "null");
}

std::string text_of(const catalog::ControllerNode& controller) {
  return fmt::format("ControllerRegistration(id={}, incarnationId={}, zkMigrationReady={}, listeners={}, supportedFeatures={})",
                     controller.id, base::to_string(controller.incarnation), controller.migration_ready, endpoints(controller.endpoints),
                     features(controller.features));
}

std::string text_of(const catalog::Partition& partition) {
  std::vector<Uuid> directories = partition.directories;
  if (directories.empty()) directories.assign(partition.replicas.size(), catalog::kMigratingDirectory);
  return fmt::format(
      "PartitionRegistration(replicas={}, directories={}, isr={}, removingReplicas={}, addingReplicas={}, elr={}, lastKnownElr={}, "
      "leader={}, "
      "leaderRecoveryState={}, leaderEpoch={}, partitionEpoch={})",
      numbers(partition.replicas), ids(directories), numbers(partition.isr), numbers(partition.removing), numbers(partition.adding),
      numbers(partition.elr), numbers(partition.last_known_elr), partition.leader,
      partition.recovery_state == 0 ? "RECOVERED" : "RECOVERING", partition.leader_epoch, partition.partition_epoch);
}

MetadataNode cluster_node(const catalog::Image& image) {
  MetadataNode node;
  for (const auto& [id, broker] : image.brokers()) add(node.children["brokers"], std::to_string(id), text_of(*broker));
  for (const auto& [id, controller] : image.controllers()) add(node.children["controllers"], std::to_string(id), text_of(*controller));
  node.children["brokers"];
  node.children["controllers"];
  return node;
}

MetadataNode configs_node(const catalog::Image& image) {
  MetadataNode node;
  image.each_configured([&](catalog::ResourceType type, std::string_view name, const catalog::Configs& configs) {
    std::string_view kind = "UNKNOWN";
    switch (type) {
      case catalog::ResourceType::kTopic:
        kind = "TOPIC";
        break;
      case catalog::ResourceType::kBroker:
        kind = "BROKER";
        break;
      case catalog::ResourceType::kBrokerLogger:
        kind = "BROKER_LOGGER";
        break;
      case catalog::ResourceType::kClientMetrics:
        kind = "CLIENT_METRICS";
        break;
      case catalog::ResourceType::kGroup:
        kind = "GROUP";
        break;
    }
    MetadataNode& resource = node.children[name.empty() ? std::string(kind) : fmt::format("{}:{}", kind, name)];
    for (const auto& [key, value] : configs) add(resource, key, value);
  });
  return node;
}

MetadataNode features_node(const catalog::Image& image) {
  MetadataNode node;
  for (const auto& [name, level] : image.features())
    if (name != catalog::kMetadataVersion && name != catalog::kKraftVersion)
      add(node, fmt::format("finalized_{}", name), std::to_string(level));
  const std::string_view level = catalog::metadata_level_name(image.metadata_version());
  add(node, "metadataVersion", level.empty() ? "Optional.empty" : fmt::format("Optional[{}]", level));
  return node;
}

MetadataNode topics_node(const catalog::Image& image) {
  MetadataNode node;
  MetadataNode& by_id = node.children["byId"];
  MetadataNode& by_name = node.children["byName"];
  image.each_topic([&](const catalog::Topic& topic) {
    MetadataNode told;
    add(told, "name", topic.name);
    add(told, "id", base::to_string(topic.id));
    for (std::int32_t i = 0; i < topic.partition_count(); ++i)
      if (const catalog::Partition* partition = topic.partition(i)) add(told, std::to_string(i), text_of(*partition));
    by_id.children[base::to_string(topic.id)] = told;
    by_name.children[topic.name] = std::move(told);
  });
  return node;
}

std::string provenance(const MetadataFile& file) {
  if (!file.source.empty()) return file.source;
  std::string time = time_text(file.timestamp_ms);
  time.pop_back();  // the Z stands behind what Java leaves of the fraction
  time.erase(time.find_last_not_of('0') + 1);
  if (time.ends_with('.')) time.pop_back();
  return fmt::format("offset {}, epoch {}, time {}Z[UTC]", file.offset, file.epoch, time);
}

}  // namespace

MetadataNode metadata_tree(const MetadataFile& file) {
  MetadataNode root;
  MetadataNode& image = root.children["image"];
  add_security_nodes(*file.image, image);
  image.children["cluster"] = cluster_node(*file.image);
  image.children["configs"] = configs_node(*file.image);
  image.children["features"] = features_node(*file.image);
  add(image.children["producerIds"], "nextProducerId",
      std::to_string(file.image->producer_ids().next > 0 ? file.image->producer_ids().next : -1));
  add(image, "provenance", provenance(file));
  image.children["topics"] = topics_node(*file.image);
  add(root.children["local"], "version", kVersion);
  return root;
}

}  // namespace barnabas::tools
