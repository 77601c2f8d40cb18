// IncrementalAlterConfigs: sets, deletes, appends to and subtracts from single settings of a resource.
#include "kernel/wire/messages/44_incremental_alter_configs.h"

#include "kernel/broker/api/alter_configs.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {

void incremental_alter_configs(Call& call) {
  wire::IncrementalAlterConfigsRequest request;
  if (!call.read(request)) return;
  controller::AlterConfigsRequest wanted;
  wanted.validate_only = request.validate_only;
  for (const auto& resource : request.resources) {
    controller::ConfigAlteration& alteration = wanted.resources.emplace_back();
    alteration.type = static_cast<catalog::ResourceType>(resource.resource_type);
    alteration.name = resource.resource_name;
    for (const auto& config : resource.configs)
      alteration.changes.push_back({std::string(config.name), static_cast<controller::ConfigOperation>(config.config_operation),
                                    config.value ? std::optional<std::string>(*config.value) : std::nullopt});
  }
  ask_to_alter<wire::IncrementalAlterConfigsResponse>(call, std::move(wanted));
}

}  // namespace barnabas::broker
