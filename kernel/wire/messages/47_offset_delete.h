// OffsetDelete: Deletes committed offsets of a group.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct OffsetDeleteRequest {
  static constexpr Schema kSchema = request(47).versions(0, 0);

  struct OffsetDeleteRequestPartition {
    std::int32_t partition_index = 0;

    WIRE_FIELDS(OffsetDeleteRequestPartition) { WIRE(partition_index, since(0)); }
  };

  struct OffsetDeleteRequestTopic {
    std::string_view name;
    std::span<OffsetDeleteRequestPartition> partitions;

    WIRE_FIELDS(OffsetDeleteRequestTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::span<OffsetDeleteRequestTopic> topics;

  WIRE_FIELDS(OffsetDeleteRequest) {
    WIRE(group_id, since(0));
    WIRE(topics, since(0));
  }
};

// Says for each partition whether its offset was deleted.
struct OffsetDeleteResponse {
  static constexpr Schema kSchema = response(47).versions(0, 0);

  struct OffsetDeleteResponsePartition {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(OffsetDeleteResponsePartition) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
    }
  };

  struct OffsetDeleteResponseTopic {
    std::string_view name;
    std::span<OffsetDeleteResponsePartition> partitions;

    WIRE_FIELDS(OffsetDeleteResponseTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  ErrorCode error_code = ErrorCode::kNone;
  std::int32_t throttle_time_ms = 0;
  std::span<OffsetDeleteResponseTopic> topics;

  WIRE_FIELDS(OffsetDeleteResponse) {
    WIRE(error_code, since(0));
    WIRE(throttle_time_ms, since(0).ignorable());
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
