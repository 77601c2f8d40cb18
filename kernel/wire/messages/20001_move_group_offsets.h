// MoveGroupOffsets: Moves what is stored of a group from its offset store into another one. Our own: Kafka has no such api.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct MoveGroupOffsetsRequest {
  static constexpr Schema kSchema = request(20001).versions(0, 0).flexible(0);

  std::string_view group_id;
  std::string_view to;  // a store of the deployment
  std::int32_t timeout_ms = 30000;
  bool validate_only = false;

  WIRE_FIELDS(MoveGroupOffsetsRequest) {
    WIRE(group_id, since(0));
    WIRE(to, since(0));
    WIRE(timeout_ms, since(0));
    WIRE(validate_only, since(0));
  }
};

// Says what was moved, or would be.
struct MoveGroupOffsetsResponse {
  static constexpr Schema kSchema = response(20001).versions(0, 0).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message;
  std::string_view from;
  std::string_view to;
  std::int8_t from_durability = 0;  // what an acknowledged write survives: 0 nothing, 1 the end of the process, 2 a loss of power
  std::int8_t to_durability = 0;
  std::int32_t offsets = 0;
  std::int32_t records = 0;
  std::int64_t bytes = 0;

  WIRE_FIELDS(MoveGroupOffsetsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(from, since(0));
    WIRE(to, since(0));
    WIRE(from_durability, since(0));
    WIRE(to_durability, since(0));
    WIRE(offsets, since(0));
    WIRE(records, since(0));
    WIRE(bytes, since(0));
  }
};

}  // namespace barnabas::wire
