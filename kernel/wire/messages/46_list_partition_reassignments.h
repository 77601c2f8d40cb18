// ListPartitionReassignments: Lists the moves of partitions that are under way.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ListPartitionReassignmentsRequest {
  static constexpr Schema kSchema = request(46).versions(0, 0).flexible(0);

  struct ListPartitionReassignmentsTopics {
    std::string_view name;
    std::span<const std::int32_t> partition_indexes;

    WIRE_FIELDS(ListPartitionReassignmentsTopics) {
      WIRE(name, since(0));
      WIRE(partition_indexes, since(0));
    }
  };

  std::int32_t timeout_ms = 60000;
  Nullable<std::span<ListPartitionReassignmentsTopics>> topics;

  WIRE_FIELDS(ListPartitionReassignmentsRequest) {
    WIRE(timeout_ms, since(0));
    WIRE(topics, since(0).nullable());
  }
};

// Lists replicas, those to come and those to go.
struct ListPartitionReassignmentsResponse {
  static constexpr Schema kSchema = response(46).versions(0, 0).flexible(0);

  struct OngoingPartitionReassignment {
    std::int32_t partition_index = 0;
    std::span<const std::int32_t> replicas;
    std::span<const std::int32_t> adding_replicas;
    std::span<const std::int32_t> removing_replicas;

    WIRE_FIELDS(OngoingPartitionReassignment) {
      WIRE(partition_index, since(0));
      WIRE(replicas, since(0));
      WIRE(adding_replicas, since(0));
      WIRE(removing_replicas, since(0));
    }
  };

  struct OngoingTopicReassignment {
    std::string_view name;
    std::span<OngoingPartitionReassignment> partitions;

    WIRE_FIELDS(OngoingTopicReassignment) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;
  std::span<OngoingTopicReassignment> topics;

  WIRE_FIELDS(ListPartitionReassignmentsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
