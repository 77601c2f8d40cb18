// RemoveRaftVoter: Removes a voter from the metadata quorum.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct RemoveRaftVoterRequest {
  static constexpr Schema kSchema = request(81).versions(0, 0).flexible(0);

  Nullable<std::string_view> cluster_id = kEmpty;
  std::int32_t voter_id = 0;
  Uuid voter_directory_id;

  WIRE_FIELDS(RemoveRaftVoterRequest) {
    WIRE(cluster_id, since(0).nullable());
    WIRE(voter_id, since(0));
    WIRE(voter_directory_id, since(0));
  }
};

// Says whether it was removed.
struct RemoveRaftVoterResponse {
  static constexpr Schema kSchema = response(81).versions(0, 0).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;

  WIRE_FIELDS(RemoveRaftVoterResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable().ignorable());
  }
};

}  // namespace barnabas::wire
