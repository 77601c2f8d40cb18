// ElectLeaders: Elects the preferred replicas as leaders, or unclean ones where there is no other.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ElectLeadersRequest {
  static constexpr Schema kSchema = request(43).versions(0, 2).flexible(2);

  struct TopicPartitions {
    std::string_view topic;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TopicPartitions) {
      WIRE(topic, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int8_t election_type = 0;
  Nullable<std::span<TopicPartitions>> topic_partitions = kEmpty;
  std::int32_t timeout_ms = 60000;

  WIRE_FIELDS(ElectLeadersRequest) {
    WIRE(election_type, since(1));
    WIRE(topic_partitions, since(0).nullable());
    WIRE(timeout_ms, since(0));
  }
};

// Says for each partition whether a leader was elected.
struct ElectLeadersResponse {
  static constexpr Schema kSchema = response(43).versions(0, 2).flexible(2);

  struct PartitionResult {
    std::int32_t partition_id = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;

    WIRE_FIELDS(PartitionResult) {
      WIRE(partition_id, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  struct ReplicaElectionResult {
    std::string_view topic;
    std::span<PartitionResult> partition_result;

    WIRE_FIELDS(ReplicaElectionResult) {
      WIRE(topic, since(0));
      WIRE(partition_result, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<ReplicaElectionResult> replica_election_results;

  WIRE_FIELDS(ElectLeadersResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(1));
    WIRE(replica_election_results, since(0));
  }
};

}  // namespace barnabas::wire
