#include "tools/barnabas/config_entity.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel/wire/messages/74_list_config_resources.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/groups/reader.h"

namespace barnabas::tools {
namespace {

constexpr std::int8_t kTopic = 2;
constexpr std::int8_t kBroker = 4;
constexpr std::int8_t kClientMetrics = 16;
constexpr std::int8_t kGroup = 32;
constexpr std::int8_t kBrokerDefaultSource = 3;
constexpr std::int64_t kGroupsTimeoutMs = 30'000;  // while coordinators are loading

constexpr EntityKind kKinds[] = {{kTopic, "topics", "topic", "topic", 1, false},
                                 {kBroker, "brokers", "broker", "broker", 2, true},
                                 {kClientMetrics, "client-metrics", "client-metric", "client-metrics", 7, true},
                                 {kGroup, "groups", "group", "group", 8, true}};

const EntityKind* find_kind(std::string_view plural) {
  for (const EntityKind& kind : kKinds)
    if (kind.plural == plural) return &kind;
  return nullptr;
}

Status add_groups(BlockingClient& client, std::set<std::string>& names) {
  auto groups = GroupReader(client, kGroupsTimeoutMs).list();
  if (!groups) return std::move(groups).status();
  for (const GroupListing& group : *groups) names.insert(group.id);
  return {};
}

}  // namespace

bool Entity::is_broker() const { return type() == kBroker; }

std::int8_t Entity::own_source() const { return is_default ? kBrokerDefaultSource : kind->source; }

std::string Entity::described() const {
  if (is_default) return "the default config for brokers in the cluster";
  return std::string(kind->word) + " " + name.value_or("");
}

client::Target Entity::asked(const std::string& one) const {
  return is_broker() && !is_default ? client::Target::node(std::stoi(one)) : client::Target::any();
}

Result<Entity> entity_of(const Options& options) {
  Entity entity;
  std::string type = options.text("entity-type");
  for (const EntityKind& kind : kKinds)
    if (options.has(std::string(kind.flag).c_str())) type = kind.plural, entity.name = options.text(std::string(kind.flag).c_str());
  for (const char* flag : {"user", "client", "ip", "broker-logger"})
    if (options.has(flag)) type = flag;
  if (options.has("broker-defaults")) type = "brokers", entity.is_default = true;
  if (options.has("entity-name")) entity.name = options.text("entity-name");
  if (options.has("entity-default")) entity.is_default = true;
  entity.kind = find_kind(type);
  if (entity.kind == nullptr)
    return Status::invalid(type.empty()
                               ? "say which entity: --entity-type topics|brokers|groups|client-metrics with --entity-name, or --topic "
                                 "NAME, --broker ID, --group NAME, --client-metrics NAME, --broker-defaults"
                               : fmt::format("'{}' has no configuration in this version: topics, brokers, groups and "
                                             "client-metrics have",
                                             type));
  if (entity.is_default && entity.type() == kTopic)
    return Status::invalid("topics have no default entity: --broker-defaults is what they fall back to");
  if (entity.is_default && !entity.is_broker())
    return Status::invalid(fmt::format("--entity-default must not be specified with --{} of {}",
                                       options.has("alter") ? "alter" : "describe", entity.kind->plural));
  return entity;
}

Result<std::vector<std::string>> names_of(BlockingClient& client, const EntityKind& kind) {
  if (kind.type == kTopic || kind.type == kBroker) {
    auto cluster = read_cluster(client);
    if (!cluster) return std::move(cluster).status();
    std::vector<std::string> names;
    std::sort(cluster->brokers.begin(), cluster->brokers.end());
    for (const std::int32_t broker : cluster->brokers)
      if (kind.type == kBroker) names.push_back(std::to_string(broker));
    for (const TopicFacts& topic : cluster->topics)
      if (kind.type == kTopic) names.push_back(topic.name);
    return names;
  }
  std::set<std::string> names;
  if (kind.type == kGroup) BARNABAS_TRY(add_groups(client, names));
  wire::ListConfigResourcesRequest request;
  request.resource_types = std::span(&kind.type, 1);
  auto reply = client.call<wire::ListConfigResourcesResponse>(client::Target::any(), request);
  if (!reply) return std::move(reply).status();
  for (const auto& resource : reply->response.config_resources) names.emplace(resource.resource_name);
  return std::vector<std::string>(names.begin(), names.end());
}

std::string_view config_source_name(std::int8_t source) {
  constexpr std::string_view kNames[] = {"UNKNOWN",
                                         "DYNAMIC_TOPIC_CONFIG",
                                         "DYNAMIC_BROKER_CONFIG",
                                         "DYNAMIC_DEFAULT_BROKER_CONFIG",
                                         "STATIC_BROKER_CONFIG",
                                         "DEFAULT_CONFIG",
                                         "DYNAMIC_BROKER_LOGGER_CONFIG",
                                         "DYNAMIC_CLIENT_METRICS_CONFIG",
                                         "DYNAMIC_GROUP_CONFIG"};
  return source >= 0 && static_cast<std::size_t>(source) < std::size(kNames) ? kNames[source] : "UNKNOWN";
}

}  // namespace barnabas::tools
