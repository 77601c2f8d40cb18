// Envelope: a client's request that another broker forwards to the controller, in the client's name (KIP-590).
#include "kernel/wire/messages/58_envelope.h"

#include <algorithm>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/dispatch.h"
#include "kernel/broker/embedded_call.h"
#include "kernel/broker/forward.h"
#include "kernel/wire/messages/principal.h"

#include <fmt/format.h>

namespace barnabas::broker {
namespace {

using wire::ErrorCode;

constexpr std::size_t kIpv4Octets = 4;
constexpr std::size_t kIpv6Octets = 16;

void refuse(Call& call, ErrorCode error) {
  wire::EnvelopeResponse response;
  response.error_code = error;
  response.response_data.reset();
  call.answer(response);
}

// Kafka's default form: a version, then the message of that version.
Status read_principal(Call& call, sdk::Bytes octets, std::string& name) {
  if (octets.size < 2) return Status::corrupt("a principal of less than two octets");
  const int version = octets[0] << 8 | octets[1];
  wire::DefaultPrincipalData principal;
  BARNABAS_TRY(wire::decode(octets.slice(2), version, call.arena, principal));
  name = fmt::format("{}:{}", principal.type, principal.name);
  return {};
}

// Four or sixteen octets, as they stand in an IP header.
std::string address_of(sdk::Bytes octets) {
  if (octets.size == kIpv4Octets) return fmt::format("{}.{}.{}.{}", octets[0], octets[1], octets[2], octets[3]);
  std::string text;
  for (std::size_t i = 0; i + 1 < octets.size; i += 2) text += fmt::format("{}{:x}", i == 0 ? "" : ":", octets[i] << 8 | octets[i + 1]);
  return text;
}

bool is_for_controller(sdk::Bytes request) {
  if (request.size < 4) return false;
  const auto key = static_cast<std::int16_t>(request[0] << 8 | request[1]);
  return std::ranges::any_of(served_apis(), [&](const Api& api) { return api.key == key && api.for_controller; });
}

}  // namespace

void envelope(Call& call) {
  wire::EnvelopeRequest request;
  if (!call.read(request)) return;
  if (leads_elsewhere(call)) return refuse(call, ErrorCode::kNotController);
  const std::size_t address = request.client_host_address.size;
  if (!is_for_controller(request.request_data) || (address != kIpv4Octets && address != kIpv6Octets))
    return refuse(call, ErrorCode::kInvalidRequest);
  Client client{call.client.listener, address_of(request.client_host_address), {}};
  if (!request.request_principal || !read_principal(call, *request.request_principal, client.principal).ok())
    return refuse(call, ErrorCode::kPrincipalDeserializationFailure);
  EmbeddedCall::run(call, request.request_data, std::move(client), [](Call& outer, std::optional<std::vector<std::uint8_t>> octets) {
    if (!octets) return refuse(outer, ErrorCode::kInvalidRequest);
    wire::EnvelopeResponse response;
    response.response_data = sdk::Bytes(*octets);
    outer.answer(response);
  });
}

}  // namespace barnabas::broker
