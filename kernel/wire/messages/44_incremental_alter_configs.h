// IncrementalAlterConfigs: Sets, deletes, appends to and subtracts from single configuration values.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct IncrementalAlterConfigsRequest {
  static constexpr Schema kSchema = request(44).versions(0, 1).flexible(1);

  struct AlterableConfig {
    std::string_view name;
    std::int8_t config_operation = 0;
    Nullable<std::string_view> value = kEmpty;

    WIRE_FIELDS(AlterableConfig) {
      WIRE(name, since(0));
      WIRE(config_operation, since(0));
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

  WIRE_FIELDS(IncrementalAlterConfigsRequest) {
    WIRE(resources, since(0));
    WIRE(validate_only, since(0));
  }
};

// Says for each resource whether it was changed.
struct IncrementalAlterConfigsResponse {
  static constexpr Schema kSchema = response(44).versions(0, 1).flexible(1);

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

  WIRE_FIELDS(IncrementalAlterConfigsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(responses, since(0));
  }
};

}  // namespace barnabas::wire
