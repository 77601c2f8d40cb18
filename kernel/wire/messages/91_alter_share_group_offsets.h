// AlterShareGroupOffsets: Sets the start offsets of a share group that has no members.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AlterShareGroupOffsetsRequest {
  static constexpr Schema kSchema = request(91).versions(0, 0).flexible(0);

  struct AlterShareGroupOffsetsRequestPartition {
    std::int32_t partition_index = 0;
    std::int64_t start_offset = 0;

    WIRE_FIELDS(AlterShareGroupOffsetsRequestPartition) {
      WIRE(partition_index, since(0));
      WIRE(start_offset, since(0));
    }
  };

  struct AlterShareGroupOffsetsRequestTopic {
    std::string_view topic_name;
    std::span<AlterShareGroupOffsetsRequestPartition> partitions;

    WIRE_FIELDS(AlterShareGroupOffsetsRequestTopic) {
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::span<AlterShareGroupOffsetsRequestTopic> topics;

  WIRE_FIELDS(AlterShareGroupOffsetsRequest) {
    WIRE(group_id, since(0));
    WIRE(topics, since(0));
  }
};

// Says for each partition whether it was set.
struct AlterShareGroupOffsetsResponse {
  static constexpr Schema kSchema = response(91).versions(0, 0).flexible(0);

  struct AlterShareGroupOffsetsResponsePartition {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;

    WIRE_FIELDS(AlterShareGroupOffsetsResponsePartition) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  struct AlterShareGroupOffsetsResponseTopic {
    std::string_view topic_name;
    Uuid topic_id;
    std::span<AlterShareGroupOffsetsResponsePartition> partitions;

    WIRE_FIELDS(AlterShareGroupOffsetsResponseTopic) {
      WIRE(topic_name, since(0));
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message;
  std::span<AlterShareGroupOffsetsResponseTopic> responses;

  WIRE_FIELDS(AlterShareGroupOffsetsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(responses, since(0));
  }
};

}  // namespace barnabas::wire
