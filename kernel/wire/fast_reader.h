// Decodes a message by code that the compiler makes from its description; see kernel/wire/fast_codec.h.
// One object per message that is read. One thread at a time.
#pragma once

#include "kernel/wire/decode_limit.h"
#include "kernel/wire/message.h"
#include "kernel/wire/primitives.h"

namespace barnabas::wire::detail {

template <class V>
inline constexpr bool kIsNumber = Shape<V>::kind < Kind::kUuid && !Shape<V>::is_array && !Shape<V>::is_nullable;
template <class V>
inline constexpr bool kIsText = !Shape<V>::is_array && (Shape<V>::kind == Kind::kString || Shape<V>::kind == Kind::kBytes);

class FastReader {
 public:
  FastReader(Bytes octets, int version, bool flexible, base::Arena& arena)
      : at_(octets.begin()), end_(octets.end()), version_(version), flexible_(flexible), arena_(arena) {}

  bool ok() const { return ok_; }
  Bytes rest() const { return {at_, left()}; }

  template <class T, int kFlexible>
  [[gnu::always_inline]] void read_struct(T& object) {
    StructReader<T, kFlexible> reader{*this, object};
    T::fields(reader);
    if (flexible_) read_tags<T, kFlexible>(object);
  }

 private:
  template <class T, int kFlexible>
  struct StructReader {
    FastReader& in;
    T& object;

    template <class V>
    [[gnu::always_inline]] void operator()(const char*, V T::*member, std::size_t, At at) {
      if (at.versions.has(in.version_)) in.read<kFlexible>(object.*member, at);
    }
    template <class V>
    void tag(std::uint32_t, const char*, V T::*, std::size_t, At) {}
  };
  // Reads the one tagged field of that number.
  template <class T, int kFlexible>
  struct TagReader {
    FastReader& in;
    T& object;
    std::uint32_t number;
    bool known = false;

    template <class V>
    void operator()(const char*, V T::*, std::size_t, At) {}
    template <class V>
    [[gnu::always_inline]] void tag(std::uint32_t own, const char*, V T::*member, std::size_t, At at) {
      if (own != number || !at.versions.has(in.version_)) return;
      known = true;
      in.read<kFlexible>(object.*member, at);
    }
  };

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  [[gnu::always_inline]] void fail() {
    ok_ = false;
    at_ = end_;
  }

  template <int kFlexible, class V>
  [[gnu::always_inline]] void read(V& value, At at) {
    if constexpr (kIsNumber<V>) {
      if (left() < sizeof(V)) [[unlikely]]
        return fail();
      load(value);
    } else if constexpr (std::is_same_v<V, Uuid>) {
      if (left() < sizeof(V)) [[unlikely]]
        return fail();
      std::memcpy(&value, at_, sizeof value);
      at_ += sizeof value;
    } else if constexpr (kIsText<V> || std::is_same_v<V, Records>) {
      read_text(value, at);
    } else if constexpr (Shape<V>::is_array) {
      read_array<kFlexible>(value, at);
    } else {
      static_assert(!Shape<V>::is_nullable, "no hot message has nullable structs");
      read_struct<V, kFlexible>(value);
    }
  }

  template <class V>
  [[gnu::always_inline]] void load(V& value) {
    if constexpr (std::is_same_v<V, bool>) {
      value = *at_ != 0;
    } else {
      value = load_big_endian<V>(at_);
    }
    at_ += sizeof(V);
  }

  // -1 for null; anything that cannot be is a failure.
  [[gnu::always_inline]] std::int64_t read_length(At at, bool is_short) {
    std::int64_t length = 0;
    if (flexible_ && !at.always_classic) {
      if (at_ != end_ && *at_ < 0x80) [[likely]] {
        length = *at_++;
      } else {
        std::uint32_t raw = 0;
        if (read_strict_uvarint(at_, end_, raw) != VarintFault::kNone) fail();
        length = raw;
      }
      --length;
    } else if (left() < (is_short ? 2u : 4u)) {
      fail();
    } else if (is_short) {
      length = load_big_endian<std::int16_t>(at_);
      at_ += 2;
    } else {
      length = load_big_endian<std::int32_t>(at_);
      at_ += 4;
    }
    if (length < 0 && (length != -1 || !at.null.has(version_))) [[unlikely]]
      fail();
    return length;
  }

  template <class V>
  [[gnu::always_inline]] void read_text(V& value, At at) {
    constexpr bool kIsString = Shape<V>::kind == Kind::kString;
    const std::int64_t length = read_length(at, kIsString);
    if (length < 0) {
      if constexpr (Shape<V>::is_nullable || std::is_same_v<V, Records>) value = V();
      return;
    }
    const auto size = static_cast<std::size_t>(length);
    if (size > left() || (kIsString && size > 0x7fff)) [[unlikely]]
      return fail();
    if constexpr (kIsString) {
      value = std::string_view(reinterpret_cast<const char*>(at_), size);
    } else {
      value = Bytes(at_, size);
    }
    at_ += size;
  }

  template <int kFlexible, class V>
  [[gnu::always_inline]] void read_array(V& value, At at) {
    using E = typename Shape<V>::Element;
    const std::int64_t length = read_length(at, false);
    if (length < 0) {
      if constexpr (Shape<V>::is_nullable) value = kNull;
      return;
    }
    const auto count = static_cast<std::size_t>(length);
    std::size_t each = 1;
    if constexpr (Shape<V>::kind == Kind::kStruct) {
      each = std::max<std::size_t>(struct_of<E, kFlexible>().min_octets[version_], 1);
    } else {
      each = min_octets(Shape<V>::kind, flexible_);
    }
    if (count > left() / each) [[unlikely]]
      return fail();
    if (count * sizeof(E) + arena_.reserved_bytes() > kMostDecodedBytes) [[unlikely]]  // the table's reader knows whether that may be
      return fail();
    E* elements = static_cast<E*>(arena_.allocate(count * sizeof(E), alignof(E)));
    for (std::size_t i = 0; i < count; ++i) {
      E& element = *new (elements + i) E();
      if constexpr (Shape<V>::kind == Kind::kStruct) {
        read_struct<E, kFlexible>(element);
        if (!ok_) [[unlikely]]
          return;
      } else if constexpr (Shape<V>::kind == Kind::kString) {
        read_text(element, since(0));
      } else if constexpr (Shape<V>::kind == Kind::kUuid) {
        std::memcpy(&element, at_, sizeof element);
        at_ += sizeof element;
      } else {
        load(element);
      }
    }
    value = std::span(elements, count);
  }

  template <class T, int kFlexible>
  [[gnu::always_inline]] void read_tags(T& object) {
    if (at_ != end_ && *at_ == 0) [[likely]] {
      ++at_;
      return;
    }
    std::uint32_t count = 0;
    if (read_strict_uvarint(at_, end_, count) != VarintFault::kNone) return fail();
    std::int64_t previous = -1;
    for (std::uint32_t i = 0; i < count && ok_; ++i) {
      std::uint32_t number = 0;
      std::uint32_t size = 0;
      if (read_strict_uvarint(at_, end_, number) != VarintFault::kNone || number <= previous) return fail();
      previous = number;
      if (read_strict_uvarint(at_, end_, size) != VarintFault::kNone || size > left()) return fail();
      const std::uint8_t* outer_end = std::exchange(end_, at_ + size);
      TagReader<T, kFlexible> reader{*this, object, number};
      T::fields(reader);
      if (!reader.known) at_ = end_;
      if (at_ != end_) return fail();
      end_ = outer_end;
    }
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const int version_;
  const bool flexible_;
  bool ok_ = true;
  base::Arena& arena_;
};

}  // namespace barnabas::wire::detail
