// AddRaftVoter: Adds a voter to the metadata quorum.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AddRaftVoterRequest {
  static constexpr Schema kSchema = request(80).versions(0, 1).flexible(0);

  struct Listener {
    std::string_view name;
    std::string_view host;
    std::uint16_t port = 0;

    WIRE_FIELDS(Listener) {
      WIRE(name, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
    }
  };

  Nullable<std::string_view> cluster_id = kEmpty;
  std::int32_t timeout_ms = 0;
  std::int32_t voter_id = 0;
  Uuid voter_directory_id;
  std::span<Listener> listeners;
  bool ack_when_committed = true;

  WIRE_FIELDS(AddRaftVoterRequest) {
    WIRE(cluster_id, since(0).nullable());
    WIRE(timeout_ms, since(0));
    WIRE(voter_id, since(0));
    WIRE(voter_directory_id, since(0));
    WIRE(listeners, since(0));
    WIRE(ack_when_committed, since(1));
  }
};

// Says whether it was added.
struct AddRaftVoterResponse {
  static constexpr Schema kSchema = response(80).versions(0, 1).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;

  WIRE_FIELDS(AddRaftVoterResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable().ignorable());
  }
};

}  // namespace barnabas::wire
