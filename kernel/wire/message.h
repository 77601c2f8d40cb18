// Turns a description into its table. Only the .cc files of the messages include this, each for the messages that it names in WIRE_MESSAGE.
//
// Why a table: compiling a reader and a writer costs 1.2 s for each pair of messages, minutes for all of Kafka's, and their table a tenth
// of that. Only the messages that records, metadata and offsets travel in are compiled as well (kernel/wire/fast_codec.h), from the same
// description.
#pragma once

#include <array>

#include "kernel/wire/codec.h"
#include "kernel/wire/table.h"

namespace barnabas::wire {
namespace detail {

// How a member type looks in the table.
template <class T>
struct Shape {
  static constexpr Kind kind = std::is_enum_v<T> ? Kind::kInt16 : Kind::kStruct;
  static constexpr bool is_array = false, is_nullable = false;
  static constexpr std::uint32_t flag_offset = 0;
  using Element = T;
};
template <Kind k, class T>
struct ScalarShape {
  static constexpr Kind kind = k;
  static constexpr bool is_array = false, is_nullable = false;
  static constexpr std::uint32_t flag_offset = 0;
  using Element = T;
};
template <>
struct Shape<bool> : ScalarShape<Kind::kBool, bool> {};
template <>
struct Shape<std::int8_t> : ScalarShape<Kind::kInt8, std::int8_t> {};
template <>
struct Shape<std::int16_t> : ScalarShape<Kind::kInt16, std::int16_t> {};
template <>
struct Shape<std::uint16_t> : ScalarShape<Kind::kUint16, std::uint16_t> {};
template <>
struct Shape<std::int32_t> : ScalarShape<Kind::kInt32, std::int32_t> {};
template <>
struct Shape<std::uint32_t> : ScalarShape<Kind::kUint32, std::uint32_t> {};
template <>
struct Shape<std::int64_t> : ScalarShape<Kind::kInt64, std::int64_t> {};
template <>
struct Shape<double> : ScalarShape<Kind::kFloat64, double> {};
template <>
struct Shape<Uuid> : ScalarShape<Kind::kUuid, Uuid> {};
template <>
struct Shape<std::string_view> : ScalarShape<Kind::kString, std::string_view> {};
template <>
struct Shape<Bytes> : ScalarShape<Kind::kBytes, Bytes> {};
template <>
struct Shape<Records> : ScalarShape<Kind::kRecords, Records> {};
template <class T>
struct Shape<std::span<T>> : Shape<std::remove_const_t<T>> {
  static constexpr bool is_array = true;
  static_assert(sizeof(std::span<T>) == sizeof(RawArray));
};
template <class T>
struct Shape<Nullable<T>> : Shape<T> {
  static constexpr bool is_nullable = true;
  static constexpr std::uint32_t flag_offset = static_cast<std::uint32_t>(Nullable<T>::flag_offset());
};

// "ProduceRequest" for the type of that name, without its scopes.
template <class T>
constexpr std::string_view type_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  name = name.substr(0, name.find_first_of(";]"));
  return name.substr(name.rfind(':') + 1);
}

struct CountingVisitor {
  std::size_t count = 0;
  constexpr void operator()(const char*, auto, std::size_t, At) { ++count; }
  constexpr void tag(std::uint32_t, const char*, auto, std::size_t, At) { ++count; }
  constexpr void unknown_tags(auto, std::size_t) {}
};

template <class T, int kFlexible>
constexpr const Struct& struct_of();

template <int kFlexible>
struct TableVisitor {
  Field* next;
  std::uint32_t unknown = Struct::kDropsUnknownTags;

  template <class T, class V>
  constexpr void operator()(const char* name, V T::*, std::size_t offset, At at) {
    add<V>(name, offset, at, Field::kUntagged);
  }
  template <class T, class V>
  constexpr void tag(std::uint32_t number, const char* name, V T::*, std::size_t offset, At at) {
    add<V>(name, offset, at, number);
  }
  constexpr void unknown_tags(auto, std::size_t offset) { unknown = static_cast<std::uint32_t>(offset); }

 private:
  template <class V>
  constexpr void add(const char* name, std::size_t offset, At at, std::uint32_t number) {
    using S = Shape<V>;
    *next = Field{name, nullptr, static_cast<std::uint32_t>(offset), S::flag_offset, number, S::kind, S::is_array, S::is_nullable, at};
    if constexpr (S::kind == Kind::kStruct) next->element = &struct_of<typename S::Element, kFlexible>();
    ++next;
  }
};

constexpr std::size_t min_octets_of(const Field& field, std::size_t version, bool flexible) {
  if (field.tagged() || !field.at.versions.has(static_cast<int>(version))) return 0;
  const bool compact = flexible && !field.at.always_classic;
  if (field.is_array) return compact ? 1 : 4;
  if (field.kind != Kind::kStruct) return min_octets(field.kind, compact);
  return field.is_nullable ? 1 : field.element->min_octets[version];
}

template <class T, int kFlexible>
struct TableOf {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> && std::is_standard_layout_v<T>);

  static constexpr std::size_t kCount = [] {
    CountingVisitor visitor;
    T::fields(visitor);
    return visitor.count;
  }();
  static constexpr T kDefaults{};
  struct Fields {
    std::array<Field, kCount + 1> fields;  // one more, so that an empty struct has a table too
    std::array<std::uint8_t, kCount + 1> tag_order{};
    std::uint32_t tag_count = 0;
    std::uint32_t unknown_tags = 0;
  };
  static constexpr Fields kFields = [] {
    Fields all;
    TableVisitor<kFlexible> visitor{all.fields.data()};
    T::fields(visitor);
    all.unknown_tags = visitor.unknown;
    for (std::size_t i = 0; i < kCount; ++i) {
      if (!all.fields[i].tagged()) continue;
      std::size_t place = all.tag_count++;
      for (; place > 0 && all.fields[all.tag_order[place - 1]].tag > all.fields[i].tag; --place)
        all.tag_order[place] = all.tag_order[place - 1];
      all.tag_order[place] = static_cast<std::uint8_t>(i);
    }
    return all;
  }();
  static constexpr Struct kStruct = [] {
    Struct s{.name = type_name<T>(), .fields = kFields.fields.data(), .field_count = kCount, .size = sizeof(T), .alignment = alignof(T)};
    s.unknown_tags = kFields.unknown_tags;
    s.tag_count = kFields.tag_count;
    s.tag_order = kFields.tag_order.data();
    s.defaults = &kDefaults;
    for (std::size_t version = 0; version < kMaxVersions; ++version) {
      const bool flexible = static_cast<int>(version) >= kFlexible;
      std::size_t octets = flexible ? 1 : 0;
      for (std::size_t i = 0; i < kCount; ++i) octets += min_octets_of(kFields.fields[i], version, flexible);
      s.min_octets[version] = static_cast<std::uint16_t>(octets);
    }
    return s;
  }();
};

template <class T, int kFlexible>
constexpr const Struct& struct_of() {
  return TableOf<T, kFlexible>::kStruct;
}

template <class M>
inline constexpr Message kMessage{type_name<M>(), M::kSchema, &TableOf<M, M::kSchema.flexible_since>::kStruct, nullptr, nullptr};

}  // namespace detail

template <class M>
const Message& description() {
  static_assert(static_cast<std::size_t>(M::kSchema.known.last) < kMaxVersions);
  return detail::kMessage<M>;
}

}  // namespace barnabas::wire

#define WIRE_MESSAGE(Type) template const ::barnabas::wire::Message& barnabas::wire::description<::barnabas::wire::Type>();
