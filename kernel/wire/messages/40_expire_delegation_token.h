// ExpireDelegationToken: Ends or shortens the life of a token.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ExpireDelegationTokenRequest {
  static constexpr Schema kSchema = request(40).versions(0, 2).flexible(2);

  Bytes hmac;
  std::int64_t expiry_time_period_ms = 0;

  WIRE_FIELDS(ExpireDelegationTokenRequest) {
    WIRE(hmac, since(0));
    WIRE(expiry_time_period_ms, since(0));
  }
};

// Gives the new expiry time.
struct ExpireDelegationTokenResponse {
  static constexpr Schema kSchema = response(40).versions(0, 2).flexible(2);

  ErrorCode error_code = ErrorCode::kNone;
  std::int64_t expiry_timestamp_ms = 0;
  std::int32_t throttle_time_ms = 0;

  WIRE_FIELDS(ExpireDelegationTokenResponse) {
    WIRE(error_code, since(0));
    WIRE(expiry_timestamp_ms, since(0));
    WIRE(throttle_time_ms, since(0));
  }
};

}  // namespace barnabas::wire
