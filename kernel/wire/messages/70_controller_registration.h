// ControllerRegistration: A controller introduces itself to the active controller.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ControllerRegistrationRequest {
  static constexpr Schema kSchema = request(70).versions(0, 0).flexible(0);

  struct Listener {
    std::string_view name;
    std::string_view host;
    std::uint16_t port = 0;
    std::int16_t security_protocol = 0;

    WIRE_FIELDS(Listener) {
      WIRE(name, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
      WIRE(security_protocol, since(0));
    }
  };

  struct Feature {
    std::string_view name;
    std::int16_t min_supported_version = 0;
    std::int16_t max_supported_version = 0;

    WIRE_FIELDS(Feature) {
      WIRE(name, since(0));
      WIRE(min_supported_version, since(0));
      WIRE(max_supported_version, since(0));
    }
  };

  std::int32_t controller_id = 0;
  Uuid incarnation_id;
  bool zk_migration_ready = false;
  std::span<Listener> listeners;
  std::span<Feature> features;

  WIRE_FIELDS(ControllerRegistrationRequest) {
    WIRE(controller_id, since(0));
    WIRE(incarnation_id, since(0));
    WIRE(zk_migration_ready, since(0));
    WIRE(listeners, since(0));
    WIRE(features, since(0));
  }
};

// Acknowledges.
struct ControllerRegistrationResponse {
  static constexpr Schema kSchema = response(70).versions(0, 0).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;

  WIRE_FIELDS(ControllerRegistrationResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
  }
};

}  // namespace barnabas::wire
