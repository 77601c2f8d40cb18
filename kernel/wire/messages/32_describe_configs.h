// DescribeConfigs: Asks for the configuration of topics, brokers, groups and others.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeConfigsRequest {
  static constexpr Schema kSchema = request(32).versions(0, 4).flexible(4);

  struct DescribeConfigsResource {
    std::int8_t resource_type = 0;
    std::string_view resource_name;
    Nullable<std::span<const std::string_view>> configuration_keys = kEmpty;

    WIRE_FIELDS(DescribeConfigsResource) {
      WIRE(resource_type, since(0));
      WIRE(resource_name, since(0));
      WIRE(configuration_keys, since(0).nullable());
    }
  };

  std::span<DescribeConfigsResource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  WIRE_FIELDS(DescribeConfigsRequest) {
    WIRE(resources, since(0));
    WIRE(include_synonyms, since(1));
    WIRE(include_documentation, since(3));
  }
};

// Lists the values, where they come from, and their synonyms.
struct DescribeConfigsResponse {
  static constexpr Schema kSchema = response(32).versions(0, 4).flexible(4);

  struct DescribeConfigsSynonym {
    std::string_view name;
    Nullable<std::string_view> value = kEmpty;
    std::int8_t source = 0;

    WIRE_FIELDS(DescribeConfigsSynonym) {
      WIRE(name, since(1));
      WIRE(value, since(1).nullable());
      WIRE(source, since(1));
    }
  };

  struct DescribeConfigsResourceResult {
    std::string_view name;
    Nullable<std::string_view> value = kEmpty;
    bool read_only = false;
    bool is_default = false;
    std::int8_t config_source = -1;
    bool is_sensitive = false;
    std::span<DescribeConfigsSynonym> synonyms;
    std::int8_t config_type = 0;
    Nullable<std::string_view> documentation = kEmpty;

    WIRE_FIELDS(DescribeConfigsResourceResult) {
      WIRE(name, since(0));
      WIRE(value, since(0).nullable());
      WIRE(read_only, since(0));
      WIRE(is_default, since(0).until(0));
      WIRE(config_source, since(1).ignorable());
      WIRE(is_sensitive, since(0));
      WIRE(synonyms, since(1).ignorable());
      WIRE(config_type, since(3).ignorable());
      WIRE(documentation, since(3).nullable().ignorable());
    }
  };

  struct DescribeConfigsResult {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;
    std::int8_t resource_type = 0;
    std::string_view resource_name;
    std::span<DescribeConfigsResourceResult> configs;

    WIRE_FIELDS(DescribeConfigsResult) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(resource_type, since(0));
      WIRE(resource_name, since(0));
      WIRE(configs, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DescribeConfigsResult> results;

  WIRE_FIELDS(DescribeConfigsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(results, since(0));
  }
};

}  // namespace barnabas::wire
