// ListGroups: Lists the groups that a broker coordinates.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ListGroupsRequest {
  static constexpr Schema kSchema = request(16).versions(0, 5).flexible(3);

  std::span<const std::string_view> states_filter;
  std::span<const std::string_view> types_filter;

  WIRE_FIELDS(ListGroupsRequest) {
    WIRE(states_filter, since(4));
    WIRE(types_filter, since(5));
  }
};

// Names each group with its state and type.
struct ListGroupsResponse {
  static constexpr Schema kSchema = response(16).versions(0, 5).flexible(3);

  struct ListedGroup {
    std::string_view group_id;
    std::string_view protocol_type;
    std::string_view group_state;
    std::string_view group_type;

    WIRE_FIELDS(ListedGroup) {
      WIRE(group_id, since(0));
      WIRE(protocol_type, since(0));
      WIRE(group_state, since(4).ignorable());
      WIRE(group_type, since(5).ignorable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<ListedGroup> groups;

  WIRE_FIELDS(ListGroupsResponse) {
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE(error_code, since(0));
    WIRE(groups, since(0));
  }
};

}  // namespace barnabas::wire
