// ListOffsets: Looks up offsets by time: earliest, latest, by timestamp, of tiered and local logs.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ListOffsetsRequest {
  static constexpr Schema kSchema = request(2).versions(0, 11).flexible(6);

  struct ListOffsetsPartition {
    std::int32_t partition_index = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t timestamp = 0;
    std::int32_t max_num_offsets = 1;

    WIRE_FIELDS(ListOffsetsPartition) {
      WIRE(partition_index, since(0));
      WIRE(current_leader_epoch, since(4).ignorable());
      WIRE(timestamp, since(0));
      WIRE(max_num_offsets, since(0).until(0));
    }
  };

  struct ListOffsetsTopic {
    std::string_view name;
    std::span<ListOffsetsPartition> partitions;

    WIRE_FIELDS(ListOffsetsTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t replica_id = 0;
  std::int8_t isolation_level = 0;
  std::span<ListOffsetsTopic> topics;
  std::int32_t timeout_ms = 0;

  WIRE_FIELDS(ListOffsetsRequest) {
    WIRE(replica_id, since(0));
    WIRE(isolation_level, since(2));
    WIRE(topics, since(0));
    WIRE(timeout_ms, since(10).ignorable());
  }
};

// Gives the offset and timestamp found in each partition.
struct ListOffsetsResponse {
  static constexpr Schema kSchema = response(2).versions(0, 11).flexible(6);

  struct ListOffsetsPartitionResponse {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::span<const std::int64_t> old_style_offsets;
    std::int64_t timestamp = -1;
    std::int64_t offset = -1;
    std::int32_t leader_epoch = -1;

    WIRE_FIELDS(ListOffsetsPartitionResponse) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(old_style_offsets, since(0).until(0));
      WIRE(timestamp, since(1));
      WIRE(offset, since(1));
      WIRE(leader_epoch, since(4));
    }
  };

  struct ListOffsetsTopicResponse {
    std::string_view name;
    std::span<ListOffsetsPartitionResponse> partitions;

    WIRE_FIELDS(ListOffsetsTopicResponse) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<ListOffsetsTopicResponse> topics;

  WIRE_FIELDS(ListOffsetsResponse) {
    WIRE(throttle_time_ms, since(2).ignorable());
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
