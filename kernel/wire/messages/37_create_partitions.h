// CreatePartitions: Adds partitions to topics.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct CreatePartitionsRequest {
  static constexpr Schema kSchema = request(37).versions(0, 3).flexible(2);

  struct CreatePartitionsAssignment {
    std::span<const std::int32_t> broker_ids;

    WIRE_FIELDS(CreatePartitionsAssignment) { WIRE(broker_ids, since(0)); }
  };

  struct CreatePartitionsTopic {
    std::string_view name;
    std::int32_t count = 0;
    Nullable<std::span<CreatePartitionsAssignment>> assignments = kEmpty;

    WIRE_FIELDS(CreatePartitionsTopic) {
      WIRE(name, since(0));
      WIRE(count, since(0));
      WIRE(assignments, since(0).nullable());
    }
  };

  std::span<CreatePartitionsTopic> topics;
  std::int32_t timeout_ms = 0;
  bool validate_only = false;

  WIRE_FIELDS(CreatePartitionsRequest) {
    WIRE(topics, since(0));
    WIRE(timeout_ms, since(0));
    WIRE(validate_only, since(0));
  }
};

// Says for each topic whether partitions were added.
struct CreatePartitionsResponse {
  static constexpr Schema kSchema = response(37).versions(0, 3).flexible(2);

  struct CreatePartitionsTopicResult {
    std::string_view name;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;

    WIRE_FIELDS(CreatePartitionsTopicResult) {
      WIRE(name, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<CreatePartitionsTopicResult> results;

  WIRE_FIELDS(CreatePartitionsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(results, since(0));
  }
};

}  // namespace barnabas::wire
