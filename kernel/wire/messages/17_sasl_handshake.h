// SaslHandshake: Chooses a SASL mechanism.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct SaslHandshakeRequest {
  static constexpr Schema kSchema = request(17).versions(0, 1);

  std::string_view mechanism;

  WIRE_FIELDS(SaslHandshakeRequest) { WIRE(mechanism, since(0)); }
};

// Accepts the mechanism, or lists those that are enabled.
struct SaslHandshakeResponse {
  static constexpr Schema kSchema = response(17).versions(0, 1);

  ErrorCode error_code = ErrorCode::kNone;
  std::span<const std::string_view> mechanisms;

  WIRE_FIELDS(SaslHandshakeResponse) {
    WIRE(error_code, since(0));
    WIRE(mechanisms, since(0));
  }
};

}  // namespace barnabas::wire
