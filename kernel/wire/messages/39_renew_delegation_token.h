// RenewDelegationToken: Lengthens the life of a token.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct RenewDelegationTokenRequest {
  static constexpr Schema kSchema = request(39).versions(0, 2).flexible(2);

  Bytes hmac;
  std::int64_t renew_period_ms = 0;

  WIRE_FIELDS(RenewDelegationTokenRequest) {
    WIRE(hmac, since(0));
    WIRE(renew_period_ms, since(0));
  }
};

// Gives the new expiry time.
struct RenewDelegationTokenResponse {
  static constexpr Schema kSchema = response(39).versions(0, 2).flexible(2);

  ErrorCode error_code = ErrorCode::kNone;
  std::int64_t expiry_timestamp_ms = 0;
  std::int32_t throttle_time_ms = 0;

  WIRE_FIELDS(RenewDelegationTokenResponse) {
    WIRE(error_code, since(0));
    WIRE(expiry_timestamp_ms, since(0));
    WIRE(throttle_time_ms, since(0));
  }
};

}  // namespace barnabas::wire
