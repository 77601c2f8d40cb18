// The beginning of a frame: the header that says what the body is. [any thread]
//
// A frame is an int32 size and so many octets: header, then body. Which header comes first depends on the api and version that the header
// itself names.
#pragma once

#include "kernel/base/arena.h"
#include "kernel/base/result.h"
#include "kernel/wire/api.h"
#include "kernel/wire/buffer.h"

namespace barnabas::wire {

inline constexpr std::size_t kFrameSizeOctets = 4;

struct RequestHead {
  std::int16_t api_key = 0;
  std::int16_t api_version = 0;
  std::int32_t correlation_id = 0;
  Nullable<std::string_view> client_id;
  Bytes body;  // views the frame, as client_id does
};

// `frame` is without its size. kUnsupported: no such api, or a negative version; what could be read is in `head`. A version above the known
// ones is not refused here, because ApiVersions answers it: compare with the range that is served before decoding the body.
Status read_request_head(Bytes frame, base::Arena& arena, RequestHead& head);

// Leaves the body in `frame`.
// REQUIRES: the api exists.
Status read_response_head(Bytes& frame, ApiKey key, int version, std::int32_t& correlation_id);

// REQUIRES: the api exists.
Status write_request_head(Buffer& buffer, ApiKey key, int version, std::int32_t correlation_id,
                          const Nullable<std::string_view>& client_id);
void write_response_head(Buffer& buffer, ApiKey key, int version, std::int32_t correlation_id);

}  // namespace barnabas::wire
