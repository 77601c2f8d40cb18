// GetTelemetrySubscriptions: A client asks which metrics it shall push.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct GetTelemetrySubscriptionsRequest {
  static constexpr Schema kSchema = request(71).versions(0, 0).flexible(0);

  Uuid client_instance_id;

  WIRE_FIELDS(GetTelemetrySubscriptionsRequest) { WIRE(client_instance_id, since(0)); }
};

// Gives the metrics, the interval and the compressions.
struct GetTelemetrySubscriptionsResponse {
  static constexpr Schema kSchema = response(71).versions(0, 0).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Uuid client_instance_id;
  std::int32_t subscription_id = 0;
  std::span<const std::int8_t> accepted_compression_types;
  std::int32_t push_interval_ms = 0;
  std::int32_t telemetry_max_bytes = 0;
  bool delta_temporality = false;
  std::span<const std::string_view> requested_metrics;

  WIRE_FIELDS(GetTelemetrySubscriptionsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(client_instance_id, since(0));
    WIRE(subscription_id, since(0));
    WIRE(accepted_compression_types, since(0));
    WIRE(push_interval_ms, since(0));
    WIRE(telemetry_max_bytes, since(0));
    WIRE(delta_temporality, since(0));
    WIRE(requested_metrics, since(0));
  }
};

}  // namespace barnabas::wire
