// Changes of the configs of topics, brokers and groups.
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <unordered_set>

#include "kernel/catalog/own_configs.h"
#include "kernel/controller/config_rules.h"
#include "kernel/controller/decide.h"
#include "kernel/controller/topic_names.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {
namespace {

Outcome refused(ErrorCode error, std::string message) { return {error, std::move(message)}; }

Outcome check_broker_name(const std::string& name, const catalog::Image& image) {
  if (name.empty()) return {};
  std::int32_t id = -1;
  const auto end = std::from_chars(name.data(), name.data() + name.size(), id);
  if (end.ec != std::errc() || end.ptr != name.data() + name.size())
    return refused(ErrorCode::kInvalidRequest, "Unable to parse broker name as a base 10 number.");
  if (image.broker(id) == nullptr) return refused(ErrorCode::kBrokerIdNotRegistered, fmt::format("No broker with id {} found.", id));
  return {};
}

Outcome check_resource(const ConfigAlteration& alteration, const catalog::Image& image) {
  switch (alteration.type) {
    case ResourceType::kTopic:
      if (alteration.name.empty()) return refused(ErrorCode::kInvalidRequest, "Default topic resources are not allowed.");
      if (std::string problem = topic_name_problem(alteration.name); !problem.empty())
        return refused(ErrorCode::kInvalidTopicException, std::move(problem));
      if (image.topic(alteration.name) == nullptr)
        return refused(ErrorCode::kUnknownTopicOrPartition, fmt::format("The topic '{}' does not exist.", alteration.name));
      return {};
    case ResourceType::kBroker:
      return check_broker_name(alteration.name, image);
    case ResourceType::kGroup:
      if (alteration.name.empty()) return refused(ErrorCode::kInvalidRequest, "Default group resources are not allowed.");
      return {};
    case ResourceType::kClientMetrics:
      if (alteration.name.empty()) return refused(ErrorCode::kInvalidRequest, "Subscription name can't be empty");
      return {};
    default:
      return refused(ErrorCode::kInvalidRequest, fmt::format("Unknown resource type {}", static_cast<int>(alteration.type)));
  }
}

// Eligible leaders are judged by the cluster-wide value, which must therefore be there, and be the only one beside the topics'.
Outcome check_min_isr(const ConfigAlteration& alteration, const ConfigWrites& writes) {
  const auto change = writes.find("min.insync.replicas");
  if (alteration.type != ResourceType::kBroker || change == writes.end()) return {};
  if (!alteration.name.empty())
    return refused(ErrorCode::kInvalidConfig, "Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
  if (!change->second)
    return refused(ErrorCode::kInvalidConfig, "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.");
  return {};
}

Outcome alter(const ConfigAlteration& asked, bool replace, Draft& draft) {
  for (const ConfigChange& change : asked.changes)
    if (!change.value && change.operation != ConfigOperation::kDelete)
      return refused(ErrorCode::kInvalidRequest, fmt::format("Null value not supported for : {}", change.key));
  if (Outcome problem = check_resource(asked, draft.image()); !problem.ok()) return problem;
  const catalog::Configs now = draft.image().configs(asked.type, asked.name);
  ConfigAlteration alteration = asked;
  if (replace) {
    std::unordered_set<std::string_view> named;
    for (const ConfigChange& change : asked.changes) named.insert(change.key);
    for (const auto& [key, value] : now) {
      if (asked.type == ResourceType::kGroup && key == catalog::kOffsetStoreConfig) continue;  // stays until a move
      if (!named.contains(key)) alteration.changes.push_back({key, ConfigOperation::kDelete, std::nullopt});
    }
  }
  const catalog::Configs& of_all_brokers = draft.image().configs(ResourceType::kBroker, "");
  ConfigWrites writes;
  if (Outcome problem = check_alteration(alteration, now, of_all_brokers, draft.around.configs, writes); !problem.ok()) return problem;
  if (draft.elr_enabled())
    if (Outcome problem = check_min_isr(alteration, writes); !problem.ok()) return problem;
  write_configs(draft, asked.type, asked.name, writes);
  return {};
}

}  // namespace

AlterConfigsReply decide(const AlterConfigsRequest& request, Draft& draft) {
  AlterConfigsReply reply;
  const Draft::Mark before = draft.mark();
  std::map<std::pair<ResourceType, std::string_view>, int> uses;
  for (const ConfigAlteration& resource : request.resources) ++uses[{resource.type, resource.name}];
  for (const ConfigAlteration& resource : request.resources) {
    ResourceOutcome& outcome = reply.resources.emplace_back();
    outcome.type = resource.type;
    outcome.name = resource.name;
    static_cast<Outcome&>(outcome) = uses[{resource.type, resource.name}] > 1
                                         ? refused(ErrorCode::kInvalidRequest, "Each resource must appear at most once.")
                                         : alter(resource, request.replace, draft);
  }
  if (request.validate_only) draft.back_to(before);
  return reply;
}

}  // namespace barnabas::controller
