// PushTelemetry: A client pushes its metrics.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct PushTelemetryRequest {
  static constexpr Schema kSchema = request(72).versions(0, 0).flexible(0);

  Uuid client_instance_id;
  std::int32_t subscription_id = 0;
  bool terminating = false;
  std::int8_t compression_type = 0;
  Bytes metrics;

  WIRE_FIELDS(PushTelemetryRequest) {
    WIRE(client_instance_id, since(0));
    WIRE(subscription_id, since(0));
    WIRE(terminating, since(0));
    WIRE(compression_type, since(0));
    WIRE(metrics, since(0));
  }
};

// Acknowledges.
struct PushTelemetryResponse {
  static constexpr Schema kSchema = response(72).versions(0, 0).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;

  WIRE_FIELDS(PushTelemetryResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
  }
};

}  // namespace barnabas::wire
