// DeleteGroups: Deletes empty groups with their offsets.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DeleteGroupsRequest {
  static constexpr Schema kSchema = request(42).versions(0, 2).flexible(2);

  std::span<const std::string_view> groups_names;

  WIRE_FIELDS(DeleteGroupsRequest) { WIRE(groups_names, since(0)); }
};

// Says for each group whether it was deleted.
struct DeleteGroupsResponse {
  static constexpr Schema kSchema = response(42).versions(0, 2).flexible(2);

  struct DeletableGroupResult {
    std::string_view group_id;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(DeletableGroupResult) {
      WIRE(group_id, since(0));
      WIRE(error_code, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DeletableGroupResult> results;

  WIRE_FIELDS(DeleteGroupsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(results, since(0));
  }
};

}  // namespace barnabas::wire
