// Heartbeat: Says that a member of a classic group is alive.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct HeartbeatRequest {
  static constexpr Schema kSchema = request(12).versions(0, 4).flexible(4);

  std::string_view group_id;
  std::int32_t generation_id = 0;
  std::string_view member_id;
  Nullable<std::string_view> group_instance_id;

  WIRE_FIELDS(HeartbeatRequest) {
    WIRE(group_id, since(0));
    WIRE(generation_id, since(0));
    WIRE(member_id, since(0));
    WIRE(group_instance_id, since(3).nullable());
  }
};

// Says whether the group rebalances.
struct HeartbeatResponse {
  static constexpr Schema kSchema = response(12).versions(0, 4).flexible(4);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;

  WIRE_FIELDS(HeartbeatResponse) {
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE(error_code, since(0));
  }
};

}  // namespace barnabas::wire
