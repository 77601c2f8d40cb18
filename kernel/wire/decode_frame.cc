#include "kernel/wire/decode_frame.h"

#include <fmt/format.h>

#include "kernel/wire/codec.h"
#include "kernel/wire/head.h"
#include "kernel/wire/primitives.h"
#include "kernel/wire/registry.h"

namespace barnabas::wire {
namespace {

Bytes without_size(Bytes frame) {
  if (frame.size < kFrameSizeOctets || load_big_endian<std::uint32_t>(frame.data) != frame.size - kFrameSizeOctets) return frame;
  return frame.slice(kFrameSizeOctets);
}

// Null or text, as part of a sentence.
std::string quoted(const Nullable<std::string_view>& text) { return text ? fmt::format("'{}'", *text) : "null"; }

Result<std::string> body_text(const Message& message, Bytes octets, int version, base::Arena& arena) {
  void* object = arena.allocate(message.body->size, message.body->alignment);
  Bytes rest = octets;
  BARNABAS_TRY(decode(message, rest, version, arena, object));
  std::string text = indented(to_json(message, object, version));
  if (!rest.empty()) text += fmt::format("\n{} octets follow that do not belong to it", rest.size);
  return text;
}

}  // namespace

Result<std::string> describe_request(Bytes frame) {
  const Bytes octets = without_size(frame);
  base::Arena arena;
  RequestHead head;
  BARNABAS_TRY(read_request_head(octets, arena, head));
  const Message& message = *find_message(Family::kRequest, head.api_key);
  std::string text = fmt::format("{} v{}, correlation {}, client {}, {} octets\n", message.name, head.api_version, head.correlation_id,
                                 quoted(head.client_id), octets.size);
  Result<std::string> body = body_text(message, head.body, head.api_version, arena);
  if (!body.ok()) return body;
  return text + *body;
}

Result<std::string> describe_response(Bytes frame, ApiKey key, int version) {
  const Message* message = find_message(Family::kResponse, static_cast<int>(key));
  if (message == nullptr)
    return Status::unsupported(fmt::format("api key {} does not exist, 0 to {} do", static_cast<int>(key), all_apis().size() - 1));
  // A version of ApiVersions that the broker does not serve is answered with version 0.
  if (key == ApiKey::kApiVersions && !message->schema.known.has(version)) version = 0;
  Bytes body = without_size(frame);
  const std::size_t size = body.size;
  std::int32_t correlation_id = 0;
  BARNABAS_TRY(read_response_head(body, key, version, correlation_id));
  base::Arena arena;
  Result<std::string> text = body_text(*message, body, version, arena);
  if (!text.ok()) return text;
  return fmt::format("{} v{}, correlation {}, {} octets\n", message->name, version, correlation_id, size) + *text;
}

Result<std::string> describe_body(const Message& message, Bytes octets, int version) {
  base::Arena arena;
  Result<std::string> text = body_text(message, octets, version, arena);
  if (!text.ok()) return text;
  return fmt::format("{} v{}, {} octets\n", message.name, version, octets.size) + *text;
}

std::string indented(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool quoted = false;
  const auto new_line = [&] { out.append(1, '\n').append(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      out += c;
      if (c == '\\') out += json[++i];
      quoted = c != '"';
      continue;
    }
    const bool empty = i + 1 < json.size() && ((c == '{' && json[i + 1] == '}') || (c == '[' && json[i + 1] == ']'));
    if (empty) {
      out.append(1, c).append(1, json[++i]);
    } else if (c == '{' || c == '[') {
      out += c;
      ++depth;
      new_line();
    } else if (c == '}' || c == ']') {
      --depth;
      new_line();
      out += c;
    } else {
      out += c;
      quoted = c == '"';
      if (c == ',') new_line();
      if (c == ':') out += ' ';
    }
  }
  return out;
}

}  // namespace barnabas::wire
