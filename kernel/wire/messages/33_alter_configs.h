// AlterConfigs: Replaces all dynamic configuration of resources; superseded by IncrementalAlterConfigs.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AlterConfigsRequest {
  static constexpr Schema kSchema = request(33).versions(0, 2).flexible(2);

  struct AlterableConfig {
    std::string_view name;
    Nullable<std::string_view> value = kEmpty;

    WIRE_FIELDS(AlterableConfig) {
      WIRE(name, since(0));
      WIRE(value, since(0).nullable());
    }
  };

  struct AlterConfigsResource {
    std::int8_t resource_type = 0;
    std::string_view resource_name;
    std::span<AlterableConfig> configs;

    WIRE_FIELDS(AlterConfigsResource) {
      WIRE(resource_type, since(0));
      WIRE(resource_name, since(0));
      WIRE(configs, since(0));
    }
  };

  std::span<AlterConfigsResource> resources;
  bool validate_only = false;

  WIRE_FIELDS(AlterConfigsRequest) {
    WIRE(resources, since(0));
    WIRE(validate_only, since(0));
  }
};

// Says for each resource whether it was changed.
struct AlterConfigsResponse {
  static constexpr Schema kSchema = response(33).versions(0, 2).flexible(2);

  struct AlterConfigsResourceResponse {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;
    std::int8_t resource_type = 0;
    std::string_view resource_name;

    WIRE_FIELDS(AlterConfigsResourceResponse) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(resource_type, since(0));
      WIRE(resource_name, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<AlterConfigsResourceResponse> responses;

  WIRE_FIELDS(AlterConfigsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(responses, since(0));
  }
};

}  // namespace barnabas::wire
