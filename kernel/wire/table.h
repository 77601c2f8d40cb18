// A description as data: what the table codec, the printer and the checks walk. Built by the compiler from WIRE_FIELDS. [any thread]
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kernel/base/arena.h"
#include "kernel/wire/describe.h"

namespace barnabas::wire {

class Buffer;

enum class Kind : std::uint8_t {
  kBool,
  kInt8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kFloat64,
  kUuid,
  kString,
  kBytes,
  kRecords,
  kStruct,
};

struct Struct;

struct Field {
  const char* name = "";
  const Struct* element = nullptr;  // of kStruct
  std::uint32_t offset = 0;
  std::uint32_t flag_offset = 0;  // of a nullable member's flag, from the member
  std::uint32_t tag = kUntagged;
  Kind kind = Kind::kBool;  // of the elements, for arrays
  bool is_array = false;
  bool is_nullable = false;  // the member is a Nullable
  At at;

  static constexpr std::uint32_t kUntagged = ~std::uint32_t{0};
  constexpr bool tagged() const { return tag != kUntagged; }
};

// No message has more versions; a longer one does not compile.
inline constexpr std::size_t kMaxVersions = 24;

struct Struct {
  static constexpr std::uint32_t kDropsUnknownTags = ~std::uint32_t{0};

  std::string_view name;
  const Field* fields = nullptr;
  std::uint32_t field_count = 0;
  std::uint32_t size = 0;
  std::uint32_t alignment = 1;
  std::uint32_t unknown_tags = kDropsUnknownTags;  // offset of the member
  std::uint32_t tag_count = 0;
  const std::uint8_t* tag_order = nullptr;  // the tagged fields by ascending tag, as indices
  const void* defaults = nullptr;           // a default-made object
  // The fewest octets that one takes on the wire, by version: bounds what an announced number of elements may claim.
  std::uint16_t min_octets[kMaxVersions] = {};

  constexpr std::span<const Field> all() const { return {fields, field_count}; }
  // The i-th tagged field by ascending tag.
  constexpr const Field& tagged(std::size_t i) const { return fields[tag_order[i]]; }
};

struct Message {
  std::string_view name;
  Schema schema;
  const Struct* body = nullptr;
  // The compiled codec of hot messages; null for the others, and false means: let the table codec say what is wrong.
  bool (*fast_decode)(Bytes& octets, int version, base::Arena& arena, void* message) = nullptr;
  bool (*fast_encode)(const void* message, int version, Buffer& buffer) = nullptr;

  constexpr bool flexible(int version) const { return version >= schema.flexible_since; }
};

// Elements of arrays in memory.
constexpr std::size_t size_of(Kind kind) {
  switch (kind) {
    case Kind::kBool:
    case Kind::kInt8:
      return 1;
    case Kind::kInt16:
    case Kind::kUint16:
      return 2;
    case Kind::kInt32:
    case Kind::kUint32:
      return 4;
    case Kind::kInt64:
    case Kind::kFloat64:
      return 8;
    case Kind::kUuid:
      return sizeof(Uuid);
    case Kind::kString:
      return sizeof(std::string_view);
    case Kind::kBytes:
      return sizeof(Bytes);
    case Kind::kRecords:
      return sizeof(Records);
    case Kind::kStruct:
      break;
  }
  return 0;
}

// The fewest octets of one value on the wire: all of it for numbers, the length for the rest.
constexpr std::size_t min_octets(Kind kind, bool compact) {
  switch (kind) {
    case Kind::kString:
      return compact ? 1 : 2;
    case Kind::kBytes:
    case Kind::kRecords:
      return compact ? 1 : 4;
    default:
      return size_of(kind);
  }
}

// Kafka's spelling: "topic_id" is "topicId", "kraft_version" is "kRaftVersion".
std::string camel_case(std::string_view snake_case);

// The parts of an array member, whatever its element type: every std::span is a pointer and a count, which a test confirms.
struct RawArray {
  void* data = nullptr;
  std::size_t size = 0;
};

}  // namespace barnabas::wire
