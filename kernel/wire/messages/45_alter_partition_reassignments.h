// AlterPartitionReassignments: Begins or cancels moves of partitions to other brokers.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AlterPartitionReassignmentsRequest {
  static constexpr Schema kSchema = request(45).versions(0, 1).flexible(0);

  struct ReassignablePartition {
    std::int32_t partition_index = 0;
    Nullable<std::span<const std::int32_t>> replicas;

    WIRE_FIELDS(ReassignablePartition) {
      WIRE(partition_index, since(0));
      WIRE(replicas, since(0).nullable());
    }
  };

  struct ReassignableTopic {
    std::string_view name;
    std::span<ReassignablePartition> partitions;

    WIRE_FIELDS(ReassignableTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t timeout_ms = 60000;
  bool allow_replication_factor_change = true;
  std::span<ReassignableTopic> topics;

  WIRE_FIELDS(AlterPartitionReassignmentsRequest) {
    WIRE(timeout_ms, since(0));
    WIRE(allow_replication_factor_change, since(1));
    WIRE(topics, since(0));
  }
};

// Says for each partition whether the move was accepted.
struct AlterPartitionReassignmentsResponse {
  static constexpr Schema kSchema = response(45).versions(0, 1).flexible(0);

  struct ReassignablePartitionResponse {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;

    WIRE_FIELDS(ReassignablePartitionResponse) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  struct ReassignableTopicResponse {
    std::string_view name;
    std::span<ReassignablePartitionResponse> partitions;

    WIRE_FIELDS(ReassignableTopicResponse) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  bool allow_replication_factor_change = true;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;
  std::span<ReassignableTopicResponse> responses;

  WIRE_FIELDS(AlterPartitionReassignmentsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(allow_replication_factor_change, since(1).ignorable());
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(responses, since(0));
  }
};

}  // namespace barnabas::wire
