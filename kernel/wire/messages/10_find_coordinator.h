// FindCoordinator: Asks which broker coordinates groups, transactions or share partitions.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct FindCoordinatorRequest {
  static constexpr Schema kSchema = request(10).versions(0, 6).flexible(3);

  std::string_view key;
  std::int8_t key_type = 0;
  std::span<const std::string_view> coordinator_keys;

  WIRE_FIELDS(FindCoordinatorRequest) {
    WIRE(key, since(0).until(3));
    WIRE(key_type, since(1));
    WIRE(coordinator_keys, since(4));
  }
};

// Names the coordinator of each key.
struct FindCoordinatorResponse {
  static constexpr Schema kSchema = response(10).versions(0, 6).flexible(3);

  struct Coordinator {
    std::string_view key;
    std::int32_t node_id = 0;
    std::string_view host;
    std::int32_t port = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;

    WIRE_FIELDS(Coordinator) {
      WIRE(key, since(4));
      WIRE(node_id, since(4));
      WIRE(host, since(4));
      WIRE(port, since(4));
      WIRE(error_code, since(4));
      WIRE(error_message, since(4).nullable().ignorable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;
  std::int32_t node_id = 0;
  std::string_view host;
  std::int32_t port = 0;
  std::span<Coordinator> coordinators;

  WIRE_FIELDS(FindCoordinatorResponse) {
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE(error_code, since(0).until(3));
    WIRE(error_message, since(1).until(3).nullable().ignorable());
    WIRE(node_id, since(0).until(3));
    WIRE(host, since(0).until(3));
    WIRE(port, since(0).until(3));
    WIRE(coordinators, since(4));
  }
};

}  // namespace barnabas::wire
