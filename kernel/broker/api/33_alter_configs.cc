// AlterConfigs: replaces all settings of a resource. Clients use IncrementalAlterConfigs instead since 2.3.
#include "kernel/wire/messages/33_alter_configs.h"

#include "kernel/broker/api/alter_configs.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {

void alter_configs(Call& call) {
  wire::AlterConfigsRequest request;
  if (!call.read(request)) return;
  controller::AlterConfigsRequest wanted;
  wanted.replace = true;
  wanted.validate_only = request.validate_only;
  for (const auto& resource : request.resources) {
    controller::ConfigAlteration& alteration = wanted.resources.emplace_back();
    alteration.type = static_cast<catalog::ResourceType>(resource.resource_type);
    alteration.name = resource.resource_name;
    for (const auto& config : resource.configs)
      alteration.changes.push_back({std::string(config.name), controller::ConfigOperation::kSet,
                                    config.value ? std::optional<std::string>(*config.value) : std::nullopt});
  }
  ask_to_alter<wire::AlterConfigsResponse>(call, std::move(wanted));
}

}  // namespace barnabas::broker
