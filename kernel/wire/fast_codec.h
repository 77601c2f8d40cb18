// Compiles a reader and a writer from a description, for the messages that travel most (WIRE_HOT_MESSAGE). Only their .cc files include
// this.
//
// Everything is inlined into one function for each message, which is what makes it three times faster than the table codec, and what makes
// it too dear for all messages. It only answers whether it went well: on false the table codec does the same work again and says what is
// wrong, or writes what is left to it, tagged fields that are present.
#pragma once

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

// The most octets that the numbers and lengths of a struct take. The writer keeps so much room ahead, and checks for more only where text
// and arrays come.
template <class T>
constexpr std::size_t fixed_octets();

struct FixedVisitor {
  std::size_t octets = base::kMaxVarintBytes;  // the number of tagged fields
  template <class T, class V>
  constexpr void operator()(const char*, V T::*, std::size_t, At) {
    if constexpr (Shape<V>::is_array || size_of(Shape<V>::kind) == 0 || Shape<V>::kind >= Kind::kString) {
      octets += base::kMaxVarintBytes;
    } else {
      octets += size_of(Shape<V>::kind);
    }
    if constexpr (Shape<V>::kind == Kind::kStruct && !Shape<V>::is_array) octets += fixed_octets<typename Shape<V>::Element>();
  }
  constexpr void tag(std::uint32_t, const char*, auto, std::size_t, At) {}
};

template <class T>
constexpr std::size_t fixed_octets() {
  FixedVisitor visitor;
  T::fields(visitor);
  return visitor.octets;
}

class FastWriter {
 public:
  FastWriter(Buffer& buffer, int version, bool flexible) : version_(version), flexible_(flexible), buffer_(buffer) {
    at_ = buffer.room(0);
    limit_ = buffer.limit();
  }

  bool ok() const { return ok_; }
  void finish() { buffer_.commit(at_); }

  // kSlack: so much room must be there again when it returns.
  template <class T, std::size_t kSlack>
  [[gnu::always_inline]] void write_struct(const T& object) {
    StructWriter<T, kSlack> writer{*this, object};
    T::fields(writer);
    if (writer.tags) ok_ = false;
    if (flexible_) *at_++ = 0;
  }
  template <class T>
  [[gnu::always_inline]] void write_message(const T& object) {
    constexpr std::size_t kSlack = fixed_octets<T>();
    make_room(kSlack);
    write_struct<T, kSlack>(object);
  }

 private:
  template <class T, std::size_t kSlack>
  struct StructWriter {
    FastWriter& out;
    const T& object;
    bool tags = false;  // any that is present

    template <class V>
    [[gnu::always_inline]] void operator()(const char*, V T::*member, std::size_t, At at) {
      if (at.versions.has(out.version_)) {
        out.write<kSlack>(object.*member, at);
      } else if (!at.may_be_dropped && !same(object.*member, T{}.*member)) {
        out.ok_ = false;
      }
    }
    template <class V>
    [[gnu::always_inline]] void tag(std::uint32_t, const char*, V T::*member, std::size_t, At at) {
      if (!at.versions.has(out.version_) && at.may_be_dropped) return;
      if (!same(object.*member, T{}.*member)) tags = true;
    }
  };

  // Whether a member is at its default; when in doubt no, and the table codec looks closer.
  template <class V>
  [[gnu::always_inline]] static bool same(const V& value, const V& other) {
    if constexpr (Shape<V>::is_nullable) {
      if (!value.has_value() || !other.has_value()) return value.has_value() == other.has_value();
      return same(*value, *other);
    } else if constexpr (Shape<V>::is_array) {
      return value.empty();
    } else if constexpr (Shape<V>::kind == Kind::kStruct) {
      bool all = true;
      auto compare = MemberComparison<V>{value, other, all};
      V::fields(compare);
      return all;
    } else if constexpr (Shape<V>::kind == Kind::kRecords) {
      return value.null && other.null;
    } else {
      return value == other;
    }
  }
  template <class T>
  struct MemberComparison {
    const T& a;
    const T& b;
    bool& all;
    template <class V>
    [[gnu::always_inline]] void operator()(const char*, V T::*member, std::size_t, At) {
      all &= same(a.*member, b.*member);
    }
    template <class V>
    [[gnu::always_inline]] void tag(std::uint32_t, const char*, V T::*member, std::size_t, At) {
      all &= same(a.*member, b.*member);
    }
  };

  [[gnu::always_inline]] void make_room(std::size_t octets) {
    if (octets > static_cast<std::size_t>(limit_ - at_)) [[unlikely]] {
      at_ = grown(buffer_, at_, octets);
      limit_ = buffer_.limit();
    }
  }
  // Apart, so that the writer itself stays in registers.
  [[gnu::noinline]] static std::uint8_t* grown(Buffer& buffer, std::uint8_t* at, std::size_t octets) {
    buffer.commit(at);
    return buffer.room(octets);
  }

  template <class V>
  [[gnu::always_inline]] void store(V value) {
    store_big_endian(at_, value);
    at_ += sizeof(V);
  }

  [[gnu::always_inline]] void write_length(std::size_t size, bool is_short, At at) {
    if (flexible_ && !at.always_classic) {
      if (size < 0x7f) [[likely]] {
        *at_++ = static_cast<std::uint8_t>(size + 1);
      } else {
        at_ = base::write_uvarint(at_, static_cast<std::uint32_t>(size + 1));
      }
    } else if (is_short) {
      store(static_cast<std::int16_t>(size));
    } else {
      store(static_cast<std::int32_t>(size));
    }
  }
  [[gnu::always_inline]] void write_null(bool is_short, At at) {
    if (!at.null.has(version_)) [[unlikely]]
      ok_ = false;
    if (flexible_ && !at.always_classic) {
      *at_++ = 0;
    } else if (is_short) {
      store(std::int16_t{-1});
    } else {
      store(std::int32_t{-1});
    }
  }

  template <std::size_t kSlack, class V>
  [[gnu::always_inline]] void write(const V& value, At at) {
    if constexpr (Shape<V>::is_nullable) {
      if (!value.has_value()) return write_null(Shape<V>::kind == Kind::kString && !Shape<V>::is_array, at);
      write<kSlack>(*value, at);
    } else if constexpr (kIsNumber<V>) {
      store(value);
    } else if constexpr (std::is_same_v<V, Uuid>) {
      std::memcpy(at_, &value, sizeof value);
      at_ += sizeof value;
    } else if constexpr (Shape<V>::is_array) {
      write_array<kSlack>(value, at);
    } else if constexpr (std::is_same_v<V, Records>) {
      if (value.null) return write_null(false, at);
      write_records<kSlack>(value, at);
    } else if constexpr (std::is_same_v<V, std::string_view>) {
      if (value.size() > 0x7fff) [[unlikely]] {
        ok_ = false;
        return;
      }
      write_length(value.size(), true, at);
      write_octets<kSlack>(value.data(), value.size());
    } else if constexpr (std::is_same_v<V, Bytes>) {
      write_records<kSlack>(Records(value), at);
    } else {
      write_struct<V, kSlack>(value);
    }
  }

  template <std::size_t kSlack>
  [[gnu::always_inline]] void write_octets(const void* data, std::size_t size) {
    make_room(size + kSlack);
    if (size != 0) std::memcpy(at_, data, size);
    at_ += size;
  }

  template <std::size_t kSlack>
  [[gnu::always_inline]] void write_records(const Records& value, At at) {
    if (value.size() > 0x7fffffff) [[unlikely]] {
      ok_ = false;
      return;
    }
    write_length(static_cast<std::size_t>(value.size()), false, at);
    if (!value.is_external() && value.bytes.size < buffer_.gathers_from()) return write_octets<kSlack>(value.bytes.data, value.bytes.size);
    buffer_.commit(at_);
    buffer_.append_cut({.position = 0, .size = value.size(), .bytes = value.bytes, .external = value.external});
  }

  template <std::size_t kSlack, class E>
  [[gnu::always_inline]] void write_array(const std::span<E>& value, At at) {
    using V = std::remove_const_t<E>;
    write_length(value.size(), false, at);
    if constexpr (kIsNumber<V>) {
      make_room(value.size() * sizeof(V) + kSlack);
      for (const V& element : value) store(element);
    } else {
      // Before each element there is room for its fixed part, and after the last one for the rest of the outer struct.
      constexpr std::size_t kElement = [] {
        if constexpr (Shape<V>::kind == Kind::kStruct) return fixed_octets<V>();
        return sizeof(Uuid) + base::kMaxVarintBytes;
      }();
      for (const V& element : value) {
        make_room(kElement);
        write<kElement>(element, since(0));
        if (!ok_) [[unlikely]]
          return;
      }
      make_room(kSlack);
    }
  }

  const int version_;
  const bool flexible_;
  bool ok_ = true;
  std::uint8_t* at_ = nullptr;
  std::uint8_t* limit_ = nullptr;
  Buffer& buffer_;
};

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
