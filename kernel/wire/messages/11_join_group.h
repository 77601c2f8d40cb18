// JoinGroup: Joins a classic group, offering the protocols that the member speaks.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct JoinGroupRequest {
  static constexpr Schema kSchema = request(11).versions(0, 9).flexible(6);

  struct JoinGroupRequestProtocol {
    std::string_view name;
    Bytes metadata;

    WIRE_FIELDS(JoinGroupRequestProtocol) {
      WIRE(name, since(0));
      WIRE(metadata, since(0));
    }
  };

  std::string_view group_id;
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = -1;
  std::string_view member_id;
  Nullable<std::string_view> group_instance_id;
  std::string_view protocol_type;
  std::span<JoinGroupRequestProtocol> protocols;
  Nullable<std::string_view> reason;

  WIRE_FIELDS(JoinGroupRequest) {
    WIRE(group_id, since(0));
    WIRE(session_timeout_ms, since(0));
    WIRE(rebalance_timeout_ms, since(1).ignorable());
    WIRE(member_id, since(0));
    WIRE(group_instance_id, since(5).nullable());
    WIRE(protocol_type, since(0));
    WIRE(protocols, since(0));
    WIRE(reason, since(8).nullable().ignorable());
  }
};

// Gives the member its generation; the leader also gets all members with their subscriptions.
struct JoinGroupResponse {
  static constexpr Schema kSchema = response(11).versions(0, 9).flexible(6);

  struct JoinGroupResponseMember {
    std::string_view member_id;
    Nullable<std::string_view> group_instance_id;
    Bytes metadata;

    WIRE_FIELDS(JoinGroupResponseMember) {
      WIRE(member_id, since(0));
      WIRE(group_instance_id, since(5).nullable().ignorable());
      WIRE(metadata, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::int32_t generation_id = -1;
  Nullable<std::string_view> protocol_type;
  Nullable<std::string_view> protocol_name = kEmpty;
  std::string_view leader;
  bool skip_assignment = false;
  std::string_view member_id;
  std::span<JoinGroupResponseMember> members;

  WIRE_FIELDS(JoinGroupResponse) {
    WIRE(throttle_time_ms, since(2).ignorable());
    WIRE(error_code, since(0));
    WIRE(generation_id, since(0));
    WIRE(protocol_type, since(7).nullable().ignorable());
    WIRE(protocol_name, since(0).null_since(7));
    WIRE(leader, since(0));
    WIRE(skip_assignment, since(9));
    WIRE(member_id, since(0));
    WIRE(members, since(0));
  }
};

}  // namespace barnabas::wire
