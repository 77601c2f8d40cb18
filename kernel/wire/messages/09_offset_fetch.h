// OffsetFetch: Asks how far groups have read.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct OffsetFetchRequest {
  static constexpr Schema kSchema = request(9).versions(0, 10).flexible(6);

  struct OffsetFetchRequestTopic {
    std::string_view name;
    std::span<const std::int32_t> partition_indexes;

    WIRE_FIELDS(OffsetFetchRequestTopic) {
      WIRE(name, since(0).until(7));
      WIRE(partition_indexes, since(0).until(7));
    }
  };

  struct OffsetFetchRequestTopics {
    std::string_view name;
    Uuid topic_id;
    std::span<const std::int32_t> partition_indexes;

    WIRE_FIELDS(OffsetFetchRequestTopics) {
      WIRE(name, since(8).until(9).ignorable());
      WIRE(topic_id, since(10).ignorable());
      WIRE(partition_indexes, since(8));
    }
  };

  struct OffsetFetchRequestGroup {
    std::string_view group_id;
    Nullable<std::string_view> member_id;
    std::int32_t member_epoch = -1;
    Nullable<std::span<OffsetFetchRequestTopics>> topics = kEmpty;

    WIRE_FIELDS(OffsetFetchRequestGroup) {
      WIRE(group_id, since(8));
      WIRE(member_id, since(9).nullable().ignorable());
      WIRE(member_epoch, since(9).ignorable());
      WIRE(topics, since(8).nullable());
    }
  };

  std::string_view group_id;
  Nullable<std::span<OffsetFetchRequestTopic>> topics = kEmpty;
  std::span<OffsetFetchRequestGroup> groups;
  bool require_stable = false;

  WIRE_FIELDS(OffsetFetchRequest) {
    WIRE(group_id, since(0).until(7));
    WIRE(topics, since(0).until(7).null_since(2));
    WIRE(groups, since(8));
    WIRE(require_stable, since(7));
  }
};

// Gives the committed offset and metadata of each partition.
struct OffsetFetchResponse {
  static constexpr Schema kSchema = response(9).versions(0, 10).flexible(6);

  struct OffsetFetchResponsePartition {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    Nullable<std::string_view> metadata = kEmpty;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(OffsetFetchResponsePartition) {
      WIRE(partition_index, since(0).until(7));
      WIRE(committed_offset, since(0).until(7));
      WIRE(committed_leader_epoch, since(5).until(7).ignorable());
      WIRE(metadata, since(0).until(7).nullable());
      WIRE(error_code, since(0).until(7));
    }
  };

  struct OffsetFetchResponseTopic {
    std::string_view name;
    std::span<OffsetFetchResponsePartition> partitions;

    WIRE_FIELDS(OffsetFetchResponseTopic) {
      WIRE(name, since(0).until(7));
      WIRE(partitions, since(0).until(7));
    }
  };

  struct OffsetFetchResponsePartitions {
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = 0;
    std::int32_t committed_leader_epoch = -1;
    Nullable<std::string_view> metadata = kEmpty;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(OffsetFetchResponsePartitions) {
      WIRE(partition_index, since(8));
      WIRE(committed_offset, since(8));
      WIRE(committed_leader_epoch, since(8).ignorable());
      WIRE(metadata, since(8).nullable());
      WIRE(error_code, since(8));
    }
  };

  struct OffsetFetchResponseTopics {
    std::string_view name;
    Uuid topic_id;
    std::span<OffsetFetchResponsePartitions> partitions;

    WIRE_FIELDS(OffsetFetchResponseTopics) {
      WIRE(name, since(8).until(9).ignorable());
      WIRE(topic_id, since(10).ignorable());
      WIRE(partitions, since(8));
    }
  };

  struct OffsetFetchResponseGroup {
    std::string_view group_id;
    std::span<OffsetFetchResponseTopics> topics;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(OffsetFetchResponseGroup) {
      WIRE(group_id, since(8));
      WIRE(topics, since(8));
      WIRE(error_code, since(8));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<OffsetFetchResponseTopic> topics;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<OffsetFetchResponseGroup> groups;

  WIRE_FIELDS(OffsetFetchResponse) {
    WIRE(throttle_time_ms, since(3).ignorable());
    WIRE(topics, since(0).until(7));
    WIRE(error_code, since(2).until(7).ignorable());
    WIRE(groups, since(8));
  }
};

}  // namespace barnabas::wire
