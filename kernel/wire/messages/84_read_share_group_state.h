// ReadShareGroupState: A leader reads the state of its share partitions from the share coordinator.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ReadShareGroupStateRequest {
  static constexpr Schema kSchema = request(84).versions(0, 0).flexible(0);

  struct PartitionData {
    std::int32_t partition = 0;
    std::int32_t leader_epoch = 0;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition, since(0));
      WIRE(leader_epoch, since(0));
    }
  };

  struct ReadStateData {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(ReadStateData) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::span<ReadStateData> topics;

  WIRE_FIELDS(ReadShareGroupStateRequest) {
    WIRE(group_id, since(0));
    WIRE(topics, since(0));
  }
};

// Carries start offsets and the delivery states of records.
struct ReadShareGroupStateResponse {
  static constexpr Schema kSchema = response(84).versions(0, 0).flexible(0);

  struct StateBatch {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::int8_t delivery_state = 0;
    std::int16_t delivery_count = 0;

    WIRE_FIELDS(StateBatch) {
      WIRE(first_offset, since(0));
      WIRE(last_offset, since(0));
      WIRE(delivery_state, since(0));
      WIRE(delivery_count, since(0));
    }
  };

  struct PartitionResult {
    std::int32_t partition = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    std::int32_t state_epoch = 0;
    std::int64_t start_offset = 0;
    std::span<StateBatch> state_batches;

    WIRE_FIELDS(PartitionResult) {
      WIRE(partition, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(state_epoch, since(0));
      WIRE(start_offset, since(0));
      WIRE(state_batches, since(0));
    }
  };

  struct ReadStateResult {
    Uuid topic_id;
    std::span<PartitionResult> partitions;

    WIRE_FIELDS(ReadStateResult) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::span<ReadStateResult> results;

  WIRE_FIELDS(ReadShareGroupStateResponse) { WIRE(results, since(0)); }
};

}  // namespace barnabas::wire
