// ConsumerGroupHeartbeat: Joins, keeps alive or leaves a consumer group of the new protocol (KIP-848), and reports what is owned.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ConsumerGroupHeartbeatRequest {
  static constexpr Schema kSchema = request(68).versions(0, 1).flexible(0);

  struct TopicPartitions {
    Uuid topic_id;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TopicPartitions) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::string_view group_id;
  std::string_view member_id;
  std::int32_t member_epoch = 0;
  Nullable<std::string_view> instance_id;
  Nullable<std::string_view> rack_id;
  std::int32_t rebalance_timeout_ms = -1;
  Nullable<std::span<const std::string_view>> subscribed_topic_names;
  Nullable<std::string_view> subscribed_topic_regex;
  Nullable<std::string_view> server_assignor;
  Nullable<std::span<TopicPartitions>> topic_partitions;

  WIRE_FIELDS(ConsumerGroupHeartbeatRequest) {
    WIRE(group_id, since(0));
    WIRE(member_id, since(0));
    WIRE(member_epoch, since(0));
    WIRE(instance_id, since(0).nullable());
    WIRE(rack_id, since(0).nullable());
    WIRE(rebalance_timeout_ms, since(0));
    WIRE(subscribed_topic_names, since(0).nullable());
    WIRE(subscribed_topic_regex, since(1).nullable());
    WIRE(server_assignor, since(0).nullable());
    WIRE(topic_partitions, since(0).nullable());
  }
};

// Gives the member its epoch, and its assignment when that changed.
struct ConsumerGroupHeartbeatResponse {
  static constexpr Schema kSchema = response(68).versions(0, 1).flexible(0);

  struct TopicPartitions {
    Uuid topic_id;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TopicPartitions) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct Assignment {
    std::span<TopicPartitions> topic_partitions;

    WIRE_FIELDS(Assignment) { WIRE(topic_partitions, since(0)); }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message;
  Nullable<std::string_view> member_id;
  std::int32_t member_epoch = 0;
  std::int32_t heartbeat_interval_ms = 0;
  Nullable<Assignment> assignment;

  WIRE_FIELDS(ConsumerGroupHeartbeatResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(member_id, since(0).nullable());
    WIRE(member_epoch, since(0));
    WIRE(heartbeat_interval_ms, since(0));
    WIRE(assignment, since(0).nullable());
  }
};

}  // namespace barnabas::wire
