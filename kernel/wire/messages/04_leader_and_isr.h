// LeaderAndIsr: Tells a broker of which partitions it is leader or follower; sent by controllers that work with ZooKeeper.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct LeaderAndIsrRequest {
  static constexpr Schema kSchema = request(4).versions(0, 7).flexible(4);

  struct LeaderAndIsrPartitionState {
    std::string_view topic_name;
    std::int32_t partition_index = 0;
    std::int32_t controller_epoch = 0;
    std::int32_t leader = 0;
    std::int32_t leader_epoch = 0;
    std::span<const std::int32_t> isr;
    std::int32_t partition_epoch = 0;
    std::span<const std::int32_t> replicas;
    std::span<const std::int32_t> adding_replicas;
    std::span<const std::int32_t> removing_replicas;
    bool is_new = false;
    std::int8_t leader_recovery_state = 0;

    WIRE_FIELDS(LeaderAndIsrPartitionState) {
      WIRE(topic_name, since(0).until(1).ignorable());
      WIRE(partition_index, since(0));
      WIRE(controller_epoch, since(0));
      WIRE(leader, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(isr, since(0));
      WIRE(partition_epoch, since(0));
      WIRE(replicas, since(0));
      WIRE(adding_replicas, since(3).ignorable());
      WIRE(removing_replicas, since(3).ignorable());
      WIRE(is_new, since(1).ignorable());
      WIRE(leader_recovery_state, since(6));
    }
  };

  struct LeaderAndIsrTopicState {
    std::string_view topic_name;
    Uuid topic_id;
    std::span<LeaderAndIsrPartitionState> partition_states;

    WIRE_FIELDS(LeaderAndIsrTopicState) {
      WIRE(topic_name, since(2));
      WIRE(topic_id, since(5).ignorable());
      WIRE(partition_states, since(2));
    }
  };

  struct LeaderAndIsrLiveLeader {
    std::int32_t broker_id = 0;
    std::string_view host_name;
    std::int32_t port = 0;

    WIRE_FIELDS(LeaderAndIsrLiveLeader) {
      WIRE(broker_id, since(0));
      WIRE(host_name, since(0));
      WIRE(port, since(0));
    }
  };

  std::int32_t controller_id = 0;
  bool is_kraft_controller = false;
  std::int32_t controller_epoch = 0;
  std::int64_t broker_epoch = -1;
  std::int8_t type = 0;
  std::span<LeaderAndIsrPartitionState> ungrouped_partition_states;
  std::span<LeaderAndIsrTopicState> topic_states;
  std::span<LeaderAndIsrLiveLeader> live_leaders;

  WIRE_FIELDS(LeaderAndIsrRequest) {
    WIRE(controller_id, since(0));
    WIRE(is_kraft_controller, since(7));
    WIRE(controller_epoch, since(0));
    WIRE(broker_epoch, since(2).ignorable());
    WIRE(type, since(5));
    WIRE(ungrouped_partition_states, since(0).until(1));
    WIRE(topic_states, since(2));
    WIRE(live_leaders, since(0));
  }
};

// Says which partitions could not change their role.
struct LeaderAndIsrResponse {
  static constexpr Schema kSchema = response(4).versions(0, 7).flexible(4);

  struct LeaderAndIsrPartitionError {
    std::string_view topic_name;
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(LeaderAndIsrPartitionError) {
      WIRE(topic_name, since(0).until(4).ignorable());
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
    }
  };

  struct LeaderAndIsrTopicError {
    Uuid topic_id;
    std::span<LeaderAndIsrPartitionError> partition_errors;

    WIRE_FIELDS(LeaderAndIsrTopicError) {
      WIRE(topic_id, since(5));
      WIRE(partition_errors, since(5));
    }
  };

  ErrorCode error_code = ErrorCode::kNone;
  std::span<LeaderAndIsrPartitionError> partition_errors;
  std::span<LeaderAndIsrTopicError> topics;

  WIRE_FIELDS(LeaderAndIsrResponse) {
    WIRE(error_code, since(0));
    WIRE(partition_errors, since(0).until(4));
    WIRE(topics, since(5));
  }
};

}  // namespace barnabas::wire
