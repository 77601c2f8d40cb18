// UnregisterBroker: Forgets a broker.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct UnregisterBrokerRequest {
  static constexpr Schema kSchema = request(64).versions(0, 0).flexible(0);

  std::int32_t broker_id = 0;

  WIRE_FIELDS(UnregisterBrokerRequest) { WIRE(broker_id, since(0)); }
};

// Says whether it was forgotten.
struct UnregisterBrokerResponse {
  static constexpr Schema kSchema = response(64).versions(0, 0).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;

  WIRE_FIELDS(UnregisterBrokerResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
  }
};

}  // namespace barnabas::wire
