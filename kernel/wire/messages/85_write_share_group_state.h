// WriteShareGroupState: A leader writes the state of its share partitions to the share coordinator.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct WriteShareGroupStateRequest {
  static constexpr Schema kSchema = request(85).versions(0, 1).flexible(0);

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

  struct PartitionData {
    std::int32_t partition = 0;
    std::int32_t state_epoch = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t start_offset = 0;
    std::int32_t delivery_complete_count = -1;
    std::span<StateBatch> state_batches;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition, since(0));
      WIRE(state_epoch, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(start_offset, since(0));
      WIRE(delivery_complete_count, since(1).ignorable());
      WIRE(state_batches, since(0));
    }
  };

  struct WriteStateData {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(WriteStateData) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::span<WriteStateData> topics;

  WIRE_FIELDS(WriteShareGroupStateRequest) {
    WIRE(group_id, since(0));
    WIRE(topics, since(0));
  }
};

// Says for each partition whether it was written.
struct WriteShareGroupStateResponse {
  static constexpr Schema kSchema = response(85).versions(0, 1).flexible(0);

  struct PartitionResult {
    std::int32_t partition = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;

    WIRE_FIELDS(PartitionResult) {
      WIRE(partition, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  struct WriteStateResult {
    Uuid topic_id;
    std::span<PartitionResult> partitions;

    WIRE_FIELDS(WriteStateResult) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::span<WriteStateResult> results;

  WIRE_FIELDS(WriteShareGroupStateResponse) { WIRE(results, since(0)); }
};

}  // namespace barnabas::wire
