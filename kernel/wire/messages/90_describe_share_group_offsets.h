// DescribeShareGroupOffsets: Asks for the start offsets of share groups.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeShareGroupOffsetsRequest {
  static constexpr Schema kSchema = request(90).versions(0, 1).flexible(0);

  struct DescribeShareGroupOffsetsRequestTopic {
    std::string_view topic_name;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(DescribeShareGroupOffsetsRequestTopic) {
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct DescribeShareGroupOffsetsRequestGroup {
    std::string_view group_id;
    Nullable<std::span<DescribeShareGroupOffsetsRequestTopic>> topics = kEmpty;

    WIRE_FIELDS(DescribeShareGroupOffsetsRequestGroup) {
      WIRE(group_id, since(0));
      WIRE(topics, since(0).nullable());
    }
  };

  std::span<DescribeShareGroupOffsetsRequestGroup> groups;

  WIRE_FIELDS(DescribeShareGroupOffsetsRequest) { WIRE(groups, since(0)); }
};

// Gives them by partition.
struct DescribeShareGroupOffsetsResponse {
  static constexpr Schema kSchema = response(90).versions(0, 1).flexible(0);

  struct DescribeShareGroupOffsetsResponsePartition {
    std::int32_t partition_index = 0;
    std::int64_t start_offset = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t lag = -1;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;

    WIRE_FIELDS(DescribeShareGroupOffsetsResponsePartition) {
      WIRE(partition_index, since(0));
      WIRE(start_offset, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(lag, since(1).ignorable());
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  struct DescribeShareGroupOffsetsResponseTopic {
    std::string_view topic_name;
    Uuid topic_id;
    std::span<DescribeShareGroupOffsetsResponsePartition> partitions;

    WIRE_FIELDS(DescribeShareGroupOffsetsResponseTopic) {
      WIRE(topic_name, since(0));
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct DescribeShareGroupOffsetsResponseGroup {
    std::string_view group_id;
    std::span<DescribeShareGroupOffsetsResponseTopic> topics;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;

    WIRE_FIELDS(DescribeShareGroupOffsetsResponseGroup) {
      WIRE(group_id, since(0));
      WIRE(topics, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DescribeShareGroupOffsetsResponseGroup> groups;

  WIRE_FIELDS(DescribeShareGroupOffsetsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(groups, since(0));
  }
};

}  // namespace barnabas::wire
