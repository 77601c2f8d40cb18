// The headers in front of every request and response body. The client id keeps its fixed-width length in all versions.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct RequestHeader {
  static constexpr Schema kSchema = schema(Family::kHeader, -1).versions(0, 2).flexible(2);

  std::int16_t request_api_key = 0;
  std::int16_t request_api_version = 0;
  std::int32_t correlation_id = 0;
  Nullable<std::string_view> client_id = kEmpty;

  WIRE_FIELDS(RequestHeader) {
    WIRE(request_api_key, since(0));
    WIRE(request_api_version, since(0));
    WIRE(correlation_id, since(0));
    WIRE(client_id, since(1).nullable().classic_length());
  }
};

struct ResponseHeader {
  static constexpr Schema kSchema = schema(Family::kHeader, -1).versions(0, 1).flexible(1);

  std::int32_t correlation_id = 0;

  WIRE_FIELDS(ResponseHeader) { WIRE(correlation_id, since(0)); }
};

}  // namespace barnabas::wire
