// Compiles a reader and a writer from a description, for the messages that travel most (WIRE_HOT_MESSAGE). Only their .cc files include
// this.
//
// Everything is inlined into one function for each message, which is what makes it ten times faster than the table codec, and what makes it
// too dear for all messages. It only answers whether it went well: on false the table codec does the same work again and says what is
// wrong, or writes what is left to it, tagged fields that are present.
#pragma once

#include "kernel/wire/fast_reader.h"
#include "kernel/wire/fast_writer.h"

namespace barnabas::wire::detail {

template <class M>
bool fast_decode(Bytes& octets, int version, base::Arena& arena, void* object) {
  M& message = *new (object) M();
  FastReader reader(octets, version, version >= M::kSchema.flexible_since, arena);
  reader.read_struct<M, M::kSchema.flexible_since>(message);
  if (!reader.ok()) return false;
  octets = reader.rest();
  return true;
}

template <class M>
bool fast_encode(const void* object, int version, Buffer& buffer) {
  const std::size_t size = buffer.size();
  const std::size_t cuts = buffer.cuts().size();
  FastWriter writer(buffer, version, version >= M::kSchema.flexible_since);
  writer.write_message(*static_cast<const M*>(object));
  writer.finish();
  if (writer.ok()) return true;
  buffer.truncate(size, cuts);
  return false;
}

template <class M>
inline constexpr Message kHotMessage{type_name<M>(), M::kSchema, &struct_of<M, M::kSchema.flexible_since>(), &fast_decode<M>,
                                     &fast_encode<M>};

}  // namespace barnabas::wire::detail

#define WIRE_HOT_MESSAGE(Type)                                                               \
  template <>                                                                                \
  const ::barnabas::wire::Message& ::barnabas::wire::description<::barnabas::wire::Type>() { \
    return detail::kHotMessage<Type>;                                                        \
  }
