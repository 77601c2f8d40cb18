#include "kernel/wire/head.h"

#include <fmt/format.h>

#include "kernel/wire/codec.h"
#include "kernel/wire/messages/headers.h"
#include "kernel/wire/primitives.h"

namespace barnabas::wire {

Status read_request_head(Bytes frame, base::Arena& arena, RequestHead& head) {
  if (frame.size < 8) return Status::corrupt(fmt::format("a request of {} octets, its header alone takes at least 8", frame.size));
  head.api_key = load_big_endian<std::int16_t>(frame.data);
  head.api_version = load_big_endian<std::int16_t>(frame.data + 2);
  head.correlation_id = load_big_endian<std::int32_t>(frame.data + 4);
  const ApiInfo* api = find_api(head.api_key);
  if (api == nullptr) return Status::unsupported(fmt::format("api key {} does not exist, 0 to {} do", head.api_key, all_apis().size() - 1));
  if (head.api_version < 0) return Status::unsupported(fmt::format("{} has no version {}", api->name, head.api_version));
  RequestHeader header;
  head.body = frame;
  BARNABAS_TRY(decode_front(head.body, request_header_version(api->key, head.api_version), arena, header));
  head.client_id = header.client_id;
  return {};
}

Status read_response_head(Bytes& frame, ApiKey key, int version, std::int32_t& correlation_id) {
  base::Arena arena;  // takes nothing until something is put into it, and nothing in this header is
  ResponseHeader header;
  BARNABAS_TRY(decode_front(frame, response_header_version(key, version), arena, header));
  correlation_id = header.correlation_id;
  return {};
}

Status write_request_head(Buffer& buffer, ApiKey key, int version, std::int32_t correlation_id,
                          const Nullable<std::string_view>& client_id) {
  RequestHeader header;
  header.request_api_key = static_cast<std::int16_t>(key);
  header.request_api_version = static_cast<std::int16_t>(version);
  header.correlation_id = correlation_id;
  header.client_id = client_id;
  const int header_version = request_header_version(key, version);
  if (header_version == 0) header.client_id = kEmpty;  // ControlledShutdown v0 names no client
  return encode(header, header_version, buffer);
}

void write_response_head(Buffer& buffer, ApiKey key, int version, std::int32_t correlation_id) {
  buffer.append_int32(correlation_id);
  if (response_header_version(key, version) >= 1) buffer.append_octet(0);  // no tagged fields
}

}  // namespace barnabas::wire
