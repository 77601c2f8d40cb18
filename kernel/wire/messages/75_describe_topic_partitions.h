// DescribeTopicPartitions: Lists partitions of topics page by page, with their eligible leaders.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeTopicPartitionsRequest {
  static constexpr Schema kSchema = request(75).versions(0, 0).flexible(0);

  struct TopicRequest {
    std::string_view name;

    WIRE_FIELDS(TopicRequest) { WIRE(name, since(0)); }
  };

  struct Cursor {
    std::string_view topic_name;
    std::int32_t partition_index = 0;

    WIRE_FIELDS(Cursor) {
      WIRE(topic_name, since(0));
      WIRE(partition_index, since(0));
    }
  };

  std::span<TopicRequest> topics;
  std::int32_t response_partition_limit = 2000;
  Nullable<Cursor> cursor;

  WIRE_FIELDS(DescribeTopicPartitionsRequest) {
    WIRE(topics, since(0));
    WIRE(response_partition_limit, since(0));
    WIRE(cursor, since(0).nullable());
  }
};

// Carries one page, and where the next begins.
struct DescribeTopicPartitionsResponse {
  static constexpr Schema kSchema = response(75).versions(0, 0).flexible(0);

  struct DescribeTopicPartitionsResponsePartition {
    ErrorCode error_code = ErrorCode::kNone;
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::span<const std::int32_t> replica_nodes;
    std::span<const std::int32_t> isr_nodes;
    Nullable<std::span<const std::int32_t>> eligible_leader_replicas;
    Nullable<std::span<const std::int32_t>> last_known_elr;
    std::span<const std::int32_t> offline_replicas;

    WIRE_FIELDS(DescribeTopicPartitionsResponsePartition) {
      WIRE(error_code, since(0));
      WIRE(partition_index, since(0));
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0).ignorable());
      WIRE(replica_nodes, since(0));
      WIRE(isr_nodes, since(0));
      WIRE(eligible_leader_replicas, since(0).nullable());
      WIRE(last_known_elr, since(0).nullable());
      WIRE(offline_replicas, since(0).ignorable());
    }
  };

  struct DescribeTopicPartitionsResponseTopic {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> name = kEmpty;
    Uuid topic_id;
    bool is_internal = false;
    std::span<DescribeTopicPartitionsResponsePartition> partitions;
    std::int32_t topic_authorized_operations = -2147483648;

    WIRE_FIELDS(DescribeTopicPartitionsResponseTopic) {
      WIRE(error_code, since(0));
      WIRE(name, since(0).nullable());
      WIRE(topic_id, since(0).ignorable());
      WIRE(is_internal, since(0).ignorable());
      WIRE(partitions, since(0));
      WIRE(topic_authorized_operations, since(0));
    }
  };

  struct Cursor {
    std::string_view topic_name;
    std::int32_t partition_index = 0;

    WIRE_FIELDS(Cursor) {
      WIRE(topic_name, since(0));
      WIRE(partition_index, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DescribeTopicPartitionsResponseTopic> topics;
  Nullable<Cursor> next_cursor;

  WIRE_FIELDS(DescribeTopicPartitionsResponse) {
    WIRE(throttle_time_ms, since(0).ignorable());
    WIRE(topics, since(0));
    WIRE(next_cursor, since(0).nullable());
  }
};

}  // namespace barnabas::wire
