// LeaveGroup: Takes members out of a classic group.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct LeaveGroupRequest {
  static constexpr Schema kSchema = request(13).versions(0, 5).flexible(4);

  struct MemberIdentity {
    std::string_view member_id;
    Nullable<std::string_view> group_instance_id;
    Nullable<std::string_view> reason;

    WIRE_FIELDS(MemberIdentity) {
      WIRE(member_id, since(3));
      WIRE(group_instance_id, since(3).nullable());
      WIRE(reason, since(5).nullable().ignorable());
    }
  };

  std::string_view group_id;
  std::string_view member_id;
  std::span<MemberIdentity> members;

  WIRE_FIELDS(LeaveGroupRequest) {
    WIRE(group_id, since(0));
    WIRE(member_id, since(0).until(2));
    WIRE(members, since(3));
  }
};

// Says for each member whether it left.
struct LeaveGroupResponse {
  static constexpr Schema kSchema = response(13).versions(0, 5).flexible(4);

  struct MemberResponse {
    std::string_view member_id;
    Nullable<std::string_view> group_instance_id = kEmpty;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(MemberResponse) {
      WIRE(member_id, since(3));
      WIRE(group_instance_id, since(3).nullable());
      WIRE(error_code, since(3));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<MemberResponse> members;

  WIRE_FIELDS(LeaveGroupResponse) {
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE(error_code, since(0));
    WIRE(members, since(3));
  }
};

}  // namespace barnabas::wire
