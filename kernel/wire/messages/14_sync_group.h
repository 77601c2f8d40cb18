// SyncGroup: Brings the leader's assignments to the coordinator of a classic group, and asks for one's own.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct SyncGroupRequest {
  static constexpr Schema kSchema = request(14).versions(0, 5).flexible(4);

  struct SyncGroupRequestAssignment {
    std::string_view member_id;
    Bytes assignment;

    WIRE_FIELDS(SyncGroupRequestAssignment) {
      WIRE(member_id, since(0));
      WIRE(assignment, since(0));
    }
  };

  std::string_view group_id;
  std::int32_t generation_id = 0;
  std::string_view member_id;
  Nullable<std::string_view> group_instance_id;
  Nullable<std::string_view> protocol_type;
  Nullable<std::string_view> protocol_name;
  std::span<SyncGroupRequestAssignment> assignments;

  WIRE_FIELDS(SyncGroupRequest) {
    WIRE(group_id, since(0));
    WIRE(generation_id, since(0));
    WIRE(member_id, since(0));
    WIRE(group_instance_id, since(3).nullable());
    WIRE(protocol_type, since(5).nullable().ignorable());
    WIRE(protocol_name, since(5).nullable().ignorable());
    WIRE(assignments, since(0));
  }
};

// Carries the assignment of the asking member.
struct SyncGroupResponse {
  static constexpr Schema kSchema = response(14).versions(0, 5).flexible(4);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> protocol_type;
  Nullable<std::string_view> protocol_name;
  Bytes assignment;

  WIRE_FIELDS(SyncGroupResponse) {
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE(error_code, since(0));
    WIRE(protocol_type, since(5).nullable().ignorable());
    WIRE(protocol_name, since(5).nullable().ignorable());
    WIRE(assignment, since(0));
  }
};

}  // namespace barnabas::wire
