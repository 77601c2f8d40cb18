// InitializeShareGroupState: A group coordinator sets up the state of share partitions.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct InitializeShareGroupStateRequest {
  static constexpr Schema kSchema = request(83).versions(0, 0).flexible(0);

  struct PartitionData {
    std::int32_t partition = 0;
    std::int32_t state_epoch = 0;
    std::int64_t start_offset = 0;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition, since(0));
      WIRE(state_epoch, since(0));
      WIRE(start_offset, since(0));
    }
  };

  struct InitializeStateData {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(InitializeStateData) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::span<InitializeStateData> topics;

  WIRE_FIELDS(InitializeShareGroupStateRequest) {
    WIRE(group_id, since(0));
    WIRE(topics, since(0));
  }
};

// Says for each partition whether it was set up.
struct InitializeShareGroupStateResponse {
  static constexpr Schema kSchema = response(83).versions(0, 0).flexible(0);

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

  struct InitializeStateResult {
    Uuid topic_id;
    std::span<PartitionResult> partitions;

    WIRE_FIELDS(InitializeStateResult) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::span<InitializeStateResult> results;

  WIRE_FIELDS(InitializeShareGroupStateResponse) { WIRE(results, since(0)); }
};

}  // namespace barnabas::wire
