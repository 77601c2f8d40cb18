// Encodes a message by code that the compiler makes from its description; see kernel/wire/fast_codec.h.
// One object per message that is written. One thread at a time.
#pragma once

#include "kernel/wire/fast_reader.h"

namespace barnabas::wire::detail {

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

}  // namespace barnabas::wire::detail
