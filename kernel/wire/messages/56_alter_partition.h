// AlterPartition: A leader asks the controller to change the in-sync replicas of its partitions.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AlterPartitionRequest {
  static constexpr Schema kSchema = request(56).versions(0, 3).flexible(0);

  struct BrokerState {
    std::int32_t broker_id = 0;
    std::int64_t broker_epoch = -1;

    WIRE_FIELDS(BrokerState) {
      WIRE(broker_id, since(3));
      WIRE(broker_epoch, since(3));
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int32_t leader_epoch = 0;
    std::span<const std::int32_t> new_isr;
    std::span<BrokerState> new_isr_with_epochs;
    std::int8_t leader_recovery_state = 0;
    std::int32_t partition_epoch = 0;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(new_isr, since(0).until(2));
      WIRE(new_isr_with_epochs, since(3));
      WIRE(leader_recovery_state, since(1));
      WIRE(partition_epoch, since(0));
    }
  };

  struct TopicData {
    std::string_view topic_name;
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic_name, since(0).until(1).ignorable());
      WIRE(topic_id, since(2).ignorable());
      WIRE(partitions, since(0));
    }
  };

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;
  std::span<TopicData> topics;

  WIRE_FIELDS(AlterPartitionRequest) {
    WIRE(broker_id, since(0));
    WIRE(broker_epoch, since(0));
    WIRE(topics, since(0));
  }
};

// Gives the leader, in-sync replicas and epochs as the controller decided.
struct AlterPartitionResponse {
  static constexpr Schema kSchema = response(56).versions(0, 3).flexible(0);

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
    std::span<const std::int32_t> isr;
    std::int8_t leader_recovery_state = 0;
    std::int32_t partition_epoch = 0;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(isr, since(0));
      WIRE(leader_recovery_state, since(1).ignorable());
      WIRE(partition_epoch, since(0));
    }
  };

  struct TopicData {
    std::string_view topic_name;
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic_name, since(0).until(1).ignorable());
      WIRE(topic_id, since(2).ignorable());
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<TopicData> topics;

  WIRE_FIELDS(AlterPartitionResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
