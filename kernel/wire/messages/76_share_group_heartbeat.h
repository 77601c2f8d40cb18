// ShareGroupHeartbeat: Joins, keeps alive or leaves a share group.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ShareGroupHeartbeatRequest {
  static constexpr Schema kSchema = request(76).versions(0, 1).flexible(0);

  std::string_view group_id;
  std::string_view member_id;
  std::int32_t member_epoch = 0;
  Nullable<std::string_view> rack_id;
  Nullable<std::span<const std::string_view>> subscribed_topic_names;

  WIRE_FIELDS(ShareGroupHeartbeatRequest) {
    WIRE(group_id, since(0));
    WIRE(member_id, since(0));
    WIRE(member_epoch, since(0));
    WIRE(rack_id, since(0).nullable());
    WIRE(subscribed_topic_names, since(0).nullable());
  }
};

// Gives the member its epoch, and its assignment when that changed.
struct ShareGroupHeartbeatResponse {
  static constexpr Schema kSchema = response(76).versions(0, 1).flexible(0);

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

  WIRE_FIELDS(ShareGroupHeartbeatResponse) {
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
