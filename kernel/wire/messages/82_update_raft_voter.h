// UpdateRaftVoter: A voter tells the leader its endpoints and the versions that it speaks.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct UpdateRaftVoterRequest {
  static constexpr Schema kSchema = request(82).versions(0, 0).flexible(0);

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

  struct KRaftVersionFeature {
    std::int16_t min_supported_version = 0;
    std::int16_t max_supported_version = 0;

    WIRE_FIELDS(KRaftVersionFeature) {
      WIRE(min_supported_version, since(0));
      WIRE(max_supported_version, since(0));
    }
  };

  Nullable<std::string_view> cluster_id = kEmpty;
  std::int32_t current_leader_epoch = 0;
  std::int32_t voter_id = 0;
  Uuid voter_directory_id;
  std::span<Listener> listeners;
  KRaftVersionFeature kraft_version_feature;

  WIRE_FIELDS(UpdateRaftVoterRequest) {
    WIRE(cluster_id, since(0).nullable());
    WIRE(current_leader_epoch, since(0));
    WIRE(voter_id, since(0));
    WIRE(voter_directory_id, since(0));
    WIRE(listeners, since(0));
    WIRE(kraft_version_feature, since(0));
  }
};

// Says whether that was noted, and who leads.
struct UpdateRaftVoterResponse {
  static constexpr Schema kSchema = response(82).versions(0, 0).flexible(0);

  struct CurrentLeader {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;
    std::string_view host;
    std::int32_t port = 0;

    WIRE_FIELDS(CurrentLeader) {
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  CurrentLeader current_leader;

  WIRE_FIELDS(UpdateRaftVoterResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE_TAG(0, current_leader, since(0));
  }
};

}  // namespace barnabas::wire
