// Envelope: Carries a client's request from a broker to the controller, with the client's principal and address.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct EnvelopeRequest {
  static constexpr Schema kSchema = request(58).versions(0, 0).flexible(0);

  Bytes request_data;
  Nullable<Bytes> request_principal = kEmpty;
  Bytes client_host_address;

  WIRE_FIELDS(EnvelopeRequest) {
    WIRE(request_data, since(0));
    WIRE(request_principal, since(0).nullable());
    WIRE(client_host_address, since(0));
  }
};

// Carries the controller's answer to the embedded request.
struct EnvelopeResponse {
  static constexpr Schema kSchema = response(58).versions(0, 0).flexible(0);

  Nullable<Bytes> response_data;
  ErrorCode error_code = ErrorCode::kNone;

  WIRE_FIELDS(EnvelopeResponse) {
    WIRE(response_data, since(0).nullable());
    WIRE(error_code, since(0));
  }
};

}  // namespace barnabas::wire
