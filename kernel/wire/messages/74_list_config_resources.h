// ListConfigResources: Lists the resources that have configuration; version 0 lists client metrics only.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ListConfigResourcesRequest {
  static constexpr Schema kSchema = request(74).versions(0, 1).flexible(0);

  std::span<const std::int8_t> resource_types;

  WIRE_FIELDS(ListConfigResourcesRequest) { WIRE(resource_types, since(1)); }
};

// Names them.
struct ListConfigResourcesResponse {
  static constexpr Schema kSchema = response(74).versions(0, 1).flexible(0);

  struct ConfigResource {
    std::string_view resource_name;
    std::int8_t resource_type = 16;

    WIRE_FIELDS(ConfigResource) {
      WIRE(resource_name, since(0));
      WIRE(resource_type, since(1).ignorable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<ConfigResource> config_resources;

  WIRE_FIELDS(ListConfigResourcesResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(config_resources, since(0));
  }
};

}  // namespace barnabas::wire
