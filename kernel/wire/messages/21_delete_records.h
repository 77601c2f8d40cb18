// DeleteRecords: Deletes the records of partitions below an offset.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DeleteRecordsRequest {
  static constexpr Schema kSchema = request(21).versions(0, 2).flexible(2);

  struct DeleteRecordsPartition {
    std::int32_t partition_index = 0;
    std::int64_t offset = 0;

    WIRE_FIELDS(DeleteRecordsPartition) {
      WIRE(partition_index, since(0));
      WIRE(offset, since(0));
    }
  };

  struct DeleteRecordsTopic {
    std::string_view name;
    std::span<DeleteRecordsPartition> partitions;

    WIRE_FIELDS(DeleteRecordsTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::span<DeleteRecordsTopic> topics;
  std::int32_t timeout_ms = 0;

  WIRE_FIELDS(DeleteRecordsRequest) {
    WIRE(topics, since(0));
    WIRE(timeout_ms, since(0));
  }
};

// Gives the new low watermark of each partition.
struct DeleteRecordsResponse {
  static constexpr Schema kSchema = response(21).versions(0, 2).flexible(2);

  struct DeleteRecordsPartitionResult {
    std::int32_t partition_index = 0;
    std::int64_t low_watermark = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(DeleteRecordsPartitionResult) {
      WIRE(partition_index, since(0));
      WIRE(low_watermark, since(0));
      WIRE(error_code, since(0));
    }
  };

  struct DeleteRecordsTopicResult {
    std::string_view name;
    std::span<DeleteRecordsPartitionResult> partitions;

    WIRE_FIELDS(DeleteRecordsTopicResult) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DeleteRecordsTopicResult> topics;

  WIRE_FIELDS(DeleteRecordsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
