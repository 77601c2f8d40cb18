// BrokerHeartbeat: A broker tells the controller that it lives, how far it has caught up, and whether it wants to stop.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct BrokerHeartbeatRequest {
  static constexpr Schema kSchema = request(63).versions(0, 2).flexible(0);

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;
  std::int64_t current_metadata_offset = 0;
  bool want_fence = false;
  bool want_shut_down = false;
  std::span<const Uuid> offline_log_dirs;
  Nullable<std::span<const Uuid>> cordoned_log_dirs;

  WIRE_FIELDS(BrokerHeartbeatRequest) {
    WIRE(broker_id, since(0));
    WIRE(broker_epoch, since(0));
    WIRE(current_metadata_offset, since(0));
    WIRE(want_fence, since(0));
    WIRE(want_shut_down, since(0));
    WIRE_TAG(0, offline_log_dirs, since(1));
    WIRE_TAG(1, cordoned_log_dirs, since(2).nullable());
  }
};

// Says whether the broker is caught up, fenced, and may stop.
struct BrokerHeartbeatResponse {
  static constexpr Schema kSchema = response(63).versions(0, 2).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  bool is_caught_up = false;
  bool is_fenced = true;
  bool should_shut_down = false;

  WIRE_FIELDS(BrokerHeartbeatResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(is_caught_up, since(0));
    WIRE(is_fenced, since(0));
    WIRE(should_shut_down, since(0));
  }
};

}  // namespace barnabas::wire
