// DescribeGroupHistory: Asks what caused the last rebalances of groups. Our own: Kafka has no such api.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeGroupHistoryRequest {
  static constexpr Schema kSchema = request(20000).versions(0, 0).flexible(0);

  std::span<const std::string_view> group_ids;

  WIRE_FIELDS(DescribeGroupHistoryRequest) { WIRE(group_ids, since(0)); }
};

// Tells of each group what its coordinator still knows. Times are of the wall clock, -1: not yet.
struct DescribeGroupHistoryResponse {
  static constexpr Schema kSchema = response(20000).versions(0, 0).flexible(0);

  struct Cause {
    std::string_view what;  // "member joined"
    std::int64_t at_ms = -1;
    std::string_view member_id;  // empty: nobody in particular
    std::string_view instance_id;
    std::string_view client_id;
    std::string_view client_host;
    std::string_view detail;

    WIRE_FIELDS(Cause) {
      WIRE(what, since(0));
      WIRE(at_ms, since(0));
      WIRE(member_id, since(0));
      WIRE(instance_id, since(0));
      WIRE(client_id, since(0));
      WIRE(client_host, since(0));
      WIRE(detail, since(0));
    }
  };

  struct Rebalance {
    std::int32_t generation = -1;
    std::int64_t began_ms = -1;
    std::int64_t joined_ms = -1;
    std::int64_t ended_ms = -1;
    bool stable = false;
    std::int32_t members_before = 0;
    std::int32_t members_after = 0;
    std::string_view protocol;
    std::string_view leader;
    std::span<Cause> causes;  // the first one began it
    std::int32_t more_causes = 0;

    WIRE_FIELDS(Rebalance) {
      WIRE(generation, since(0));
      WIRE(began_ms, since(0));
      WIRE(joined_ms, since(0));
      WIRE(ended_ms, since(0));
      WIRE(stable, since(0));
      WIRE(members_before, since(0));
      WIRE(members_after, since(0));
      WIRE(protocol, since(0));
      WIRE(leader, since(0));
      WIRE(causes, since(0));
      WIRE(more_causes, since(0));
    }
  };

  struct DescribedGroup {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    std::string_view group_id;
    std::string_view group_state;
    std::span<Rebalance> rebalances;  // newest last

    WIRE_FIELDS(DescribedGroup) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(group_id, since(0));
      WIRE(group_state, since(0));
      WIRE(rebalances, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DescribedGroup> groups;

  WIRE_FIELDS(DescribeGroupHistoryResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(groups, since(0));
  }
};

}  // namespace barnabas::wire
