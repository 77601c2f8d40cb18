// DescribeGroups: Asks for the state and members of classic groups.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeGroupsRequest {
  static constexpr Schema kSchema = request(15).versions(0, 6).flexible(5);

  std::span<const std::string_view> groups;
  bool include_authorized_operations = false;

  WIRE_FIELDS(DescribeGroupsRequest) {
    WIRE(groups, since(0));
    WIRE(include_authorized_operations, since(3));
  }
};

// Describes each group.
struct DescribeGroupsResponse {
  static constexpr Schema kSchema = response(15).versions(0, 6).flexible(5);

  struct DescribedGroupMember {
    std::string_view member_id;
    Nullable<std::string_view> group_instance_id;
    std::string_view client_id;
    std::string_view client_host;
    Bytes member_metadata;
    Bytes member_assignment;

    WIRE_FIELDS(DescribedGroupMember) {
      WIRE(member_id, since(0));
      WIRE(group_instance_id, since(4).nullable().ignorable());
      WIRE(client_id, since(0));
      WIRE(client_host, since(0));
      WIRE(member_metadata, since(0));
      WIRE(member_assignment, since(0));
    }
  };

  struct DescribedGroup {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    std::string_view group_id;
    std::string_view group_state;
    std::string_view protocol_type;
    std::string_view protocol_data;
    std::span<DescribedGroupMember> members;
    std::int32_t authorized_operations = -2147483648;

    WIRE_FIELDS(DescribedGroup) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(6).nullable());
      WIRE(group_id, since(0));
      WIRE(group_state, since(0));
      WIRE(protocol_type, since(0));
      WIRE(protocol_data, since(0));
      WIRE(members, since(0));
      WIRE(authorized_operations, since(3));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DescribedGroup> groups;

  WIRE_FIELDS(DescribeGroupsResponse) {
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE(groups, since(0));
  }
};

}  // namespace barnabas::wire
