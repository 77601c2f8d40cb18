// StopReplica: Tells a broker to stop replicating partitions, and perhaps to delete them; sent by controllers that work with ZooKeeper.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct StopReplicaRequest {
  static constexpr Schema kSchema = request(5).versions(0, 4).flexible(2);

  struct StopReplicaPartitionV0 {
    std::string_view topic_name;
    std::int32_t partition_index = 0;

    WIRE_FIELDS(StopReplicaPartitionV0) {
      WIRE(topic_name, since(0).until(0));
      WIRE(partition_index, since(0).until(0));
    }
  };

  struct StopReplicaTopicV1 {
    std::string_view name;
    std::span<const std::int32_t> partition_indexes;

    WIRE_FIELDS(StopReplicaTopicV1) {
      WIRE(name, since(1).until(2));
      WIRE(partition_indexes, since(1).until(2));
    }
  };

  struct StopReplicaPartitionState {
    std::int32_t partition_index = 0;
    std::int32_t leader_epoch = -1;
    bool delete_partition = false;

    WIRE_FIELDS(StopReplicaPartitionState) {
      WIRE(partition_index, since(3));
      WIRE(leader_epoch, since(3));
      WIRE(delete_partition, since(3));
    }
  };

  struct StopReplicaTopicState {
    std::string_view topic_name;
    std::span<StopReplicaPartitionState> partition_states;

    WIRE_FIELDS(StopReplicaTopicState) {
      WIRE(topic_name, since(3));
      WIRE(partition_states, since(3));
    }
  };

  std::int32_t controller_id = 0;
  bool is_kraft_controller = false;
  std::int32_t controller_epoch = 0;
  std::int64_t broker_epoch = -1;
  bool delete_partitions = false;
  std::span<StopReplicaPartitionV0> ungrouped_partitions;
  std::span<StopReplicaTopicV1> topics;
  std::span<StopReplicaTopicState> topic_states;

  WIRE_FIELDS(StopReplicaRequest) {
    WIRE(controller_id, since(0));
    WIRE(is_kraft_controller, since(4));
    WIRE(controller_epoch, since(0));
    WIRE(broker_epoch, since(1).ignorable());
    WIRE(delete_partitions, since(0).until(2));
    WIRE(ungrouped_partitions, since(0).until(0));
    WIRE(topics, since(1).until(2));
    WIRE(topic_states, since(3));
  }
};

// Says which partitions could not be stopped.
struct StopReplicaResponse {
  static constexpr Schema kSchema = response(5).versions(0, 4).flexible(2);

  struct StopReplicaPartitionError {
    std::string_view topic_name;
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(StopReplicaPartitionError) {
      WIRE(topic_name, since(0));
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
    }
  };

  ErrorCode error_code = ErrorCode::kNone;
  std::span<StopReplicaPartitionError> partition_errors;

  WIRE_FIELDS(StopReplicaResponse) {
    WIRE(error_code, since(0));
    WIRE(partition_errors, since(0));
  }
};

}  // namespace barnabas::wire
