// DeleteShareGroupState: Deletes the state of share partitions.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DeleteShareGroupStateRequest {
  static constexpr Schema kSchema = request(86).versions(0, 0).flexible(0);

  struct PartitionData {
    std::int32_t partition = 0;

    WIRE_FIELDS(PartitionData) { WIRE(partition, since(0)); }
  };

  struct DeleteStateData {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(DeleteStateData) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::span<DeleteStateData> topics;

  WIRE_FIELDS(DeleteShareGroupStateRequest) {
    WIRE(group_id, since(0));
    WIRE(topics, since(0));
  }
};

// Says for each partition whether it was deleted.
struct DeleteShareGroupStateResponse {
  static constexpr Schema kSchema = response(86).versions(0, 0).flexible(0);

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

  struct DeleteStateResult {
    Uuid topic_id;
    std::span<PartitionResult> partitions;

    WIRE_FIELDS(DeleteStateResult) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::span<DeleteStateResult> results;

  WIRE_FIELDS(DeleteShareGroupStateResponse) { WIRE(results, since(0)); }
};

}  // namespace barnabas::wire
