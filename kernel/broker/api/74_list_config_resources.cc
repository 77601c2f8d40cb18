// ListConfigResources: names of what has configuration. Topics, brokers and their loggers are all listed, the others where something is
// set.
#include "kernel/wire/messages/74_list_config_resources.h"

#include <algorithm>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {
namespace {

using catalog::ResourceType;
using Response = wire::ListConfigResourcesResponse;
using Named = ElementOf<&Response::config_resources>;

// In the order of a whole list.
constexpr ResourceType kTypes[] = {ResourceType::kGroup, ResourceType::kClientMetrics, ResourceType::kBrokerLogger, ResourceType::kBroker,
                                   ResourceType::kTopic};

void list(const catalog::Image& image, ResourceType type, base::Arena& arena, std::vector<Named>& resources) {
  const auto add = [&](std::string_view name) {
    Named& resource = resources.emplace_back();
    resource.resource_name = arena.copy(name);
    resource.resource_type = static_cast<std::int8_t>(type);
  };
  switch (type) {
    case ResourceType::kTopic:
      return image.each_topic([&](const catalog::Topic& topic) { add(topic.name); });
    case ResourceType::kBroker:
    case ResourceType::kBrokerLogger:
      for (const auto& [id, broker] : image.brokers()) add(std::to_string(id));
      return;
    default:
      return image.each_configured([&](ResourceType configured, std::string_view name, const catalog::Configs& configs) {
        if (configured == type && !configs.empty()) add(name);
      });
  }
}

}  // namespace

void list_config_resources(Call& call) {
  wire::ListConfigResourcesRequest request;
  if (!call.read(request)) return;
  const auto is_asked = [&](ResourceType type) {
    if (call.api_version == 0) return type == ResourceType::kClientMetrics;
    const auto& types = request.resource_types;
    return types.empty() || std::find(types.begin(), types.end(), static_cast<std::int8_t>(type)) != types.end();
  };
  Response response;
  const auto is_type = [](std::int8_t type) { return std::ranges::find(kTypes, static_cast<ResourceType>(type)) != std::end(kTypes); };
  if (call.api_version > 0 && !std::all_of(request.resource_types.begin(), request.resource_types.end(), is_type)) {
    response.error_code = wire::ErrorCode::kUnsupportedVersion;
    return call.answer(response);
  }
  std::vector<Named> resources;
  for (const ResourceType type : kTypes)
    if (is_asked(type)) list(*call.shard.view.image, type, call.arena, resources);
  response.config_resources = copy_of(call.arena, resources);
  call.answer(response);
}

}  // namespace barnabas::broker
