// How a message is described, once, for every version: decoding, encoding, printing and the test against Kafka's schemas all visit this.
// [any thread]
//
//   struct Topic {
//     std::string_view name;
//     Nullable<std::string_view> rack = kEmpty;
//     std::int64_t offset = -1;
//
//     WIRE_FIELDS(Topic) {
//       WIRE(name, since(0).until(12).ignorable());
//       WIRE(rack, since(3).nullable());
//       WIRE_TAG(0, offset, since(12));
//     }
//   };
//
// The order of the description is the order on the wire. Member initialisers are the defaults: what a field keeps when the version that is
// read does not have it, and the only value that may be written to a version without it, unless the field is ignorable. A message adds
// `kSchema`, and one .cc file names it in WIRE_MESSAGE (kernel/wire/message.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/wire/errors.h"
#include "kernel/wire/types.h"

namespace barnabas::wire {

inline constexpr std::int16_t kNewest = 0x7fff;  // open end of a range of versions
inline constexpr std::int16_t kNever = 0x7fff;   // flexible(kNever): no version has tagged fields and compact lengths

struct Range {
  std::int16_t first = 0;
  std::int16_t last = -1;

  constexpr bool has(int version) const { return first <= version && version <= last; }
  friend constexpr bool operator==(const Range&, const Range&) = default;
};

// In which versions a field exists, and how.
struct At {
  Range versions{0, kNewest};
  Range null;
  bool may_be_dropped = false;  // ignorable
  bool always_classic = false;  // keeps the fixed-width length in flexible versions too

  constexpr At until(int last) const {
    At at = *this;
    at.versions.last = static_cast<std::int16_t>(last);
    return at;
  }
  // Null is allowed from this version on; say until() first.
  constexpr At null_since(int first) const {
    At at = *this;
    at.null = {static_cast<std::int16_t>(first), versions.last};
    return at;
  }
  constexpr At null_until(int last) const {
    At at = *this;
    at.null.last = static_cast<std::int16_t>(last);
    return at;
  }
  constexpr At nullable() const { return null_since(versions.first); }
  // A value that a version cannot carry is dropped there instead of refused.
  constexpr At ignorable() const {
    At at = *this;
    at.may_be_dropped = true;
    return at;
  }
  constexpr At classic_length() const {
    At at = *this;
    at.always_classic = true;
    return at;
  }
};

constexpr At since(int first) { return At{.versions = {static_cast<std::int16_t>(first), kNewest}, .null = {}}; }

enum class Family : std::uint8_t {
  kHeader,
  kRequest,          // by api key
  kResponse,         // by api key
  kMetadataRecord,   // of __cluster_metadata, by record type
  kRemoteLogRecord,  // of __remote_log_metadata, by record type
  kGroupKey,         // of __consumer_offsets, by the type that its keys begin with
  kGroupValue,
  kTransactionKey,  // of __transaction_state
  kTransactionValue,
  kShareStateKey,  // of __share_group_state
  kShareStateValue,
  kControlKey,
  kControlValue,  // by control type
  kData,          // everything else, found by name
};

struct Schema {
  Family family = Family::kData;
  std::int16_t key = -1;
  Range known{0, 0};
  std::int16_t flexible_since = kNever;

  constexpr Schema versions(int first, int last) const {
    Schema schema = *this;
    schema.known = {static_cast<std::int16_t>(first), static_cast<std::int16_t>(last)};
    return schema;
  }
  constexpr Schema flexible(int first) const {
    Schema schema = *this;
    schema.flexible_since = static_cast<std::int16_t>(first);
    return schema;
  }
};

constexpr Schema schema(Family family, int key) { return {.family = family, .key = static_cast<std::int16_t>(key)}; }
constexpr Schema request(int api_key) { return schema(Family::kRequest, api_key); }
constexpr Schema response(int api_key) { return schema(Family::kResponse, api_key); }
constexpr Schema data() { return {}; }

}  // namespace barnabas::wire

// The attribute keeps the hot codecs (kernel/wire/fast_codec.h) within twice the time of hand-written ones; without it they are three times
// slower.
#define WIRE_FIELDS(Type) \
  using M = Type;         \
  [[gnu::always_inline]] static constexpr void fields([[maybe_unused]] auto&& f)
#define WIRE(member, at) f(#member, &M::member, offsetof(M, member), at)
#define WIRE_TAG(number, member, at) f.tag(number, #member, &M::member, offsetof(M, member), at)
// Names the member that carries unknown tagged fields through.
#define WIRE_UNKNOWN_TAGS(member) f.unknown_tags(&M::member, offsetof(M, member))
