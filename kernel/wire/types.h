// The values that message fields hold: plain views, trivially destructible, so that whole messages live in an arena. [any thread]
//
// Text is std::string_view, octets are Bytes, arrays are std::span; none of them owns anything. A decoded message views the received frame
// and the arena it was decoded with; a message to be encoded views whatever its author keeps alive until then.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace barnabas::wire {

using sdk::Bytes;
using sdk::Uuid;

// Present, with nothing in it: what Kafka's nullable fields are by default unless their schema says null.
struct Empty {};
inline constexpr Empty kEmpty{};

// Not present.
struct Null {};
inline constexpr Null kNull{};

template <class T>
class Nullable;

// What a T that may be null can be made of or compared with, besides T and other nullables. Aggregates are made of themselves only: while
// their surrounding message is being compiled, asking for more would need their defaults too early.
template <class U, class T>
concept ValueOf = !std::is_aggregate_v<T> && !std::is_same_v<U, Nullable<T>> && std::is_convertible_v<const U&, T>;

// A value or null. std::optional would serve, but the table codec must know where the flag lies.
template <class T>
class Nullable {
 public:
  constexpr Nullable() = default;
  constexpr Nullable(Null) {}
  constexpr Nullable(Empty) : present_(true) {}
  constexpr Nullable(const T& value) : value_(value), present_(true) {}
  template <ValueOf<T> U>
  constexpr Nullable(const U& value) : value_(value), present_(true) {}

  constexpr bool has_value() const { return present_; }
  constexpr explicit operator bool() const { return present_; }
  // REQUIRES: has_value(). Otherwise what is seen is a default-made value.
  constexpr T& operator*() { return value_; }
  constexpr const T& operator*() const { return value_; }
  constexpr T* operator->() { return &value_; }
  constexpr const T* operator->() const { return &value_; }
  constexpr T value_or(const T& other) const { return present_ ? value_ : other; }

  // Makes it present, to be filled in place.
  constexpr T& emplace() {
    value_ = T();
    present_ = true;
    return value_;
  }
  constexpr void reset() { *this = Nullable(); }

  friend constexpr bool operator==(const Nullable& a, Null) { return !a.present_; }
  template <ValueOf<T> U>
  friend constexpr bool operator==(const Nullable& a, const U& b) {
    return a.present_ && a.value_ == b;
  }
  friend constexpr bool operator==(const Nullable& a, const Nullable& b) requires requires(const T& t) { t == t; }
  { return a.present_ == b.present_ && (!a.present_ || a.value_ == b.value_); }

  static constexpr std::size_t flag_offset() { return offsetof(Nullable, present_); }

 private:
  T value_{};
  bool present_ = false;
};

// Record batches: octets at hand, or so many octets that lie elsewhere (a lease on a file) and will be sent without being copied.
// An external chunk is named by a number of the author's choice; the buffer notes where it belongs (Buffer::cuts).
struct Records {
  static constexpr std::uint32_t kInline = ~std::uint32_t{0};

  Bytes bytes;
  std::uint64_t external_size = 0;
  std::uint32_t external = kInline;
  bool null = true;

  constexpr Records() = default;
  constexpr Records(Bytes octets) : bytes(octets), null(false) {}
  static constexpr Records chunk(std::uint32_t number, std::uint64_t size) {
    Records records;
    records.external = number;
    records.external_size = size;
    records.null = false;
    return records;
  }

  constexpr bool is_external() const { return external != kInline; }
  constexpr std::uint64_t size() const { return is_external() ? external_size : bytes.size; }
};

// A tagged field that this program does not know, as it came. Stored records carry them through a decode and an encode.
struct UnknownTag {
  std::uint32_t tag = 0;
  Bytes payload;
};
using UnknownTags = std::span<const UnknownTag>;

}  // namespace barnabas::wire
