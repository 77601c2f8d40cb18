#include "kernel/wire/codec.h"

#include <fmt/format.h>

#include "kernel/wire/table.h"
#include "kernel/wire/table_reader.h"
#include "kernel/wire/table_writer.h"

namespace barnabas::wire {
namespace {

Status unknown_version(const Message& message, int version) {
  const Range known = message.schema.known;
  return Status::unsupported(fmt::format("{} has versions {} to {}, not {}", message.name, known.first, known.last, version));
}

}  // namespace

Status decode(const Message& message, Bytes& octets, int version, base::Arena& arena, void* object) {
  if (!message.schema.known.has(version)) [[unlikely]]
    return unknown_version(message, version);
  if (message.fast_decode != nullptr && message.fast_decode(octets, version, arena, object)) [[likely]]
    return {};
  TableReader reader(message, octets, version, arena);
  BARNABAS_TRY(reader.read(object));
  octets = reader.rest();
  return {};
}

Status encode(const Message& message, const void* object, int version, Buffer& buffer) {
  if (!message.schema.known.has(version)) [[unlikely]]
    return unknown_version(message, version);
  if (message.fast_encode != nullptr && message.fast_encode(object, version, buffer)) [[likely]]
    return {};
  return TableWriter(message, version, buffer).write(object);
}

Status refuse_trailing(const Message& message, int version, Bytes all, Bytes rest) {
  return Status::corrupt(
      fmt::format("{} v{}: ends at octet {}, but {} octets follow", message.name, version, all.size - rest.size, rest.size));
}

}  // namespace barnabas::wire
