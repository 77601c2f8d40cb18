// OffsetCommit: Stores how far a group has read.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct OffsetCommitRequest {
  static constexpr Schema kSchema = request(8).versions(0, 10).flexible(8);

  struct OffsetCommitRequestPartition {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    std::int64_t commit_timestamp = -1;
    Nullable<std::string_view> committed_metadata = kEmpty;

    WIRE_FIELDS(OffsetCommitRequestPartition) {
      WIRE(partition_index, since(0));
      WIRE(committed_offset, since(0));
      WIRE(committed_leader_epoch, since(6).ignorable());
      WIRE(commit_timestamp, since(1).until(1));
      WIRE(committed_metadata, since(0).nullable());
    }
  };

  struct OffsetCommitRequestTopic {
    std::string_view name;
    Uuid topic_id;
    std::span<OffsetCommitRequestPartition> partitions;

    WIRE_FIELDS(OffsetCommitRequestTopic) {
      WIRE(name, since(0).until(9).ignorable());
      WIRE(topic_id, since(10).ignorable());
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::int32_t generation_id_or_member_epoch = -1;
  std::string_view member_id;
  Nullable<std::string_view> group_instance_id;
  std::int64_t retention_time_ms = -1;
  std::span<OffsetCommitRequestTopic> topics;

  WIRE_FIELDS(OffsetCommitRequest) {
    WIRE(group_id, since(0));
    WIRE(generation_id_or_member_epoch, since(1).ignorable());
    WIRE(member_id, since(1).ignorable());
    WIRE(group_instance_id, since(7).nullable());
    WIRE(retention_time_ms, since(2).until(4).ignorable());
    WIRE(topics, since(0));
  }
};

// Says for each partition whether its offset was stored.
struct OffsetCommitResponse {
  static constexpr Schema kSchema = response(8).versions(0, 10).flexible(8);

  struct OffsetCommitResponsePartition {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(OffsetCommitResponsePartition) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
    }
  };

  struct OffsetCommitResponseTopic {
    std::string_view name;
    Uuid topic_id;
    std::span<OffsetCommitResponsePartition> partitions;

    WIRE_FIELDS(OffsetCommitResponseTopic) {
      WIRE(name, since(0).until(9).ignorable());
      WIRE(topic_id, since(10).ignorable());
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<OffsetCommitResponseTopic> topics;

  WIRE_FIELDS(OffsetCommitResponse) {
    WIRE(throttle_time_ms, since(3).ignorable());
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
