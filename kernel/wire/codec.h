// Decoding, encoding and printing of any described message in any of its versions. [any thread, each on its own arena and buffer]
//
//   wire::ProduceRequest request;
//   BARNABAS_TRY(wire::decode(body, version, arena, request));     // views of `body`, arrays in `arena`
//   BARNABAS_TRY(wire::encode(response, version, buffer));         // appended
//
// The caller includes the message's own header; its table is compiled once, in the .cc file beside that header.
#pragma once

#include <string>
#include <string_view>

#include "kernel/base/arena.h"
#include "kernel/base/result.h"
#include "kernel/wire/buffer.h"
#include "kernel/wire/types.h"

namespace barnabas::wire {

struct Message;

// The table of a message; defined where WIRE_MESSAGE names it.
template <class M>
const Message& description();

enum class Trailing : bool { kRefuse, kAllow };

// Untyped forms, for tools that find messages by key or name (kernel/wire/registry.h). `object` has the size and alignment of the message's
// table.
Status decode(const Message& message, Bytes& octets, int version, base::Arena& arena, void* object);
Status encode(const Message& message, const void* object, int version, Buffer& buffer);
std::string to_json(const Message& message, const void* object, int version);

// Reads a message from the front of `octets` and leaves what follows it there.
template <class M>
Status decode_front(Bytes& octets, int version, base::Arena& arena, M& message) {
  return decode(description<M>(), octets, version, arena, &message);
}

Status refuse_trailing(const Message& message, int version, Bytes all, Bytes rest);

// kCorrupt: the octets contradict the format; kUnsupported: no such version. The text says which field, at which octet, and what would be
// right. Lengths are checked against what is there before memory is taken. Fields that the version lacks get their defaults.
template <class M>
Status decode(Bytes octets, int version, base::Arena& arena, M& message, Trailing trailing = Trailing::kRefuse) {
  Bytes rest = octets;
  BARNABAS_TRY(decode(description<M>(), rest, version, arena, &message));
  if (rest.empty() || trailing == Trailing::kAllow) [[likely]]
    return {};
  return refuse_trailing(description<M>(), version, octets, rest);
}

// Appends. kUnsupported, naming the field: the version cannot carry a value that is not the default of a field that is not ignorable, or
// null. On failure the buffer is as it was.
template <class M>
Status encode(const M& message, int version, Buffer& buffer) {
  return encode(description<M>(), &message, version, buffer);
}

// "TOPIC_RECORD" for "TopicRecord": how Kafka's tools name the types of metadata records.
std::string record_type_name(std::string_view message_name);

// Kafka's JSON form of the fields that the version has, names in camelCase, without the tagged fields that are at their defaults.
template <class M>
std::string to_json(const M& message, int version) {
  return to_json(description<M>(), &message, version);
}

}  // namespace barnabas::wire
