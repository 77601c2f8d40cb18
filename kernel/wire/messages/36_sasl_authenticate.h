// SaslAuthenticate: Carries one message of the SASL exchange from the client.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct SaslAuthenticateRequest {
  static constexpr Schema kSchema = request(36).versions(0, 2).flexible(2);

  Bytes auth_bytes;

  WIRE_FIELDS(SaslAuthenticateRequest) { WIRE(auth_bytes, since(0)); }
};

// Carries the server's answer, and how long the session lasts.
struct SaslAuthenticateResponse {
  static constexpr Schema kSchema = response(36).versions(0, 2).flexible(2);

  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;
  Bytes auth_bytes;
  std::int64_t session_lifetime_ms = 0;

  WIRE_FIELDS(SaslAuthenticateResponse) {
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(auth_bytes, since(0));
    WIRE(session_lifetime_ms, since(1).ignorable());
  }
};

}  // namespace barnabas::wire
