// BrokerRegistration: A broker introduces itself to the controller.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct BrokerRegistrationRequest {
  static constexpr Schema kSchema = request(62).versions(0, 4).flexible(0);

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

  std::int32_t broker_id = 0;
  std::string_view cluster_id;
  Uuid incarnation_id;
  std::span<Listener> listeners;
  std::span<Feature> features;
  Nullable<std::string_view> rack = kEmpty;
  bool is_migrating_zk_broker = false;
  std::span<const Uuid> log_dirs;
  std::int64_t previous_broker_epoch = -1;

  WIRE_FIELDS(BrokerRegistrationRequest) {
    WIRE(broker_id, since(0));
    WIRE(cluster_id, since(0));
    WIRE(incarnation_id, since(0));
    WIRE(listeners, since(0));
    WIRE(features, since(0));
    WIRE(rack, since(0).nullable());
    WIRE(is_migrating_zk_broker, since(1));
    WIRE(log_dirs, since(2).ignorable());
    WIRE(previous_broker_epoch, since(3).ignorable());
  }
};

// Gives the broker its epoch.
struct BrokerRegistrationResponse {
  static constexpr Schema kSchema = response(62).versions(0, 4).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::int64_t broker_epoch = -1;

  WIRE_FIELDS(BrokerRegistrationResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(broker_epoch, since(0));
  }
};

}  // namespace barnabas::wire
