// CreateTopics: Creates topics, or checks whether they could be created.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct CreateTopicsRequest {
  static constexpr Schema kSchema = request(19).versions(0, 7).flexible(5);

  struct CreatableReplicaAssignment {
    std::int32_t partition_index = 0;
    std::span<const std::int32_t> broker_ids;

    WIRE_FIELDS(CreatableReplicaAssignment) {
      WIRE(partition_index, since(0));
      WIRE(broker_ids, since(0));
    }
  };

  struct CreatableTopicConfig {
    std::string_view name;
    Nullable<std::string_view> value = kEmpty;

    WIRE_FIELDS(CreatableTopicConfig) {
      WIRE(name, since(0));
      WIRE(value, since(0).nullable());
    }
  };

  struct CreatableTopic {
    std::string_view name;
    std::int32_t num_partitions = 0;
    std::int16_t replication_factor = 0;
    std::span<CreatableReplicaAssignment> assignments;
    std::span<CreatableTopicConfig> configs;

    WIRE_FIELDS(CreatableTopic) {
      WIRE(name, since(0));
      WIRE(num_partitions, since(0));
      WIRE(replication_factor, since(0));
      WIRE(assignments, since(0));
      WIRE(configs, since(0));
    }
  };

  std::span<CreatableTopic> topics;
  std::int32_t timeout_ms = 60000;
  bool validate_only = false;

  WIRE_FIELDS(CreateTopicsRequest) {
    WIRE(topics, since(0));
    WIRE(timeout_ms, since(0));
    WIRE(validate_only, since(1));
  }
};

// Describes each new topic, or says why there is none.
struct CreateTopicsResponse {
  static constexpr Schema kSchema = response(19).versions(0, 7).flexible(5);

  struct CreatableTopicConfigs {
    std::string_view name;
    Nullable<std::string_view> value = kEmpty;
    bool read_only = false;
    std::int8_t config_source = -1;
    bool is_sensitive = false;

    WIRE_FIELDS(CreatableTopicConfigs) {
      WIRE(name, since(5));
      WIRE(value, since(5).nullable());
      WIRE(read_only, since(5));
      WIRE(config_source, since(5).ignorable());
      WIRE(is_sensitive, since(5));
    }
  };

  struct CreatableTopicResult {
    std::string_view name;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;
    ErrorCode topic_config_error_code = ErrorCode::kNone;
    std::int32_t num_partitions = -1;
    std::int16_t replication_factor = -1;
    Nullable<std::span<CreatableTopicConfigs>> configs = kEmpty;

    WIRE_FIELDS(CreatableTopicResult) {
      WIRE(name, since(0));
      WIRE(topic_id, since(7).ignorable());
      WIRE(error_code, since(0));
      WIRE(error_message, since(1).nullable().ignorable());
      WIRE_TAG(0, topic_config_error_code, since(5).ignorable());
      WIRE(num_partitions, since(5).ignorable());
      WIRE(replication_factor, since(5).ignorable());
      WIRE(configs, since(5).nullable().ignorable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<CreatableTopicResult> topics;

  WIRE_FIELDS(CreateTopicsResponse) {
    WIRE(throttle_time_ms, since(2).ignorable());
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
