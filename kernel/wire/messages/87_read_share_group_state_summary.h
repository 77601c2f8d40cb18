// ReadShareGroupStateSummary: Reads the start offsets of share partitions, without the delivery states.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ReadShareGroupStateSummaryRequest {
  static constexpr Schema kSchema = request(87).versions(0, 1).flexible(0);

  struct PartitionData {
    std::int32_t partition = 0;
    std::int32_t leader_epoch = 0;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition, since(0));
      WIRE(leader_epoch, since(0));
    }
  };

  struct ReadStateSummaryData {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(ReadStateSummaryData) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::span<ReadStateSummaryData> topics;

  WIRE_FIELDS(ReadShareGroupStateSummaryRequest) {
    WIRE(group_id, since(0));
    WIRE(topics, since(0));
  }
};

// Carries them.
struct ReadShareGroupStateSummaryResponse {
  static constexpr Schema kSchema = response(87).versions(0, 1).flexible(0);

  struct PartitionResult {
    std::int32_t partition = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    std::int32_t state_epoch = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t start_offset = 0;
    std::int32_t delivery_complete_count = -1;

    WIRE_FIELDS(PartitionResult) {
      WIRE(partition, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(state_epoch, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(start_offset, since(0));
      WIRE(delivery_complete_count, since(1).ignorable());
    }
  };

  struct ReadStateSummaryResult {
    Uuid topic_id;
    std::span<PartitionResult> partitions;

    WIRE_FIELDS(ReadStateSummaryResult) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::span<ReadStateSummaryResult> results;

  WIRE_FIELDS(ReadShareGroupStateSummaryResponse) { WIRE(results, since(0)); }
};

}  // namespace barnabas::wire
