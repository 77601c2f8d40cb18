// Plain views that may cross the plugin border: a pointer and a size, nothing owned.
//
// Both sides of the border may be built by different compilers, so no std:: type crosses it; the templates
// below only convert from and to whatever string or span type the including side likes.
// A view is valid as long as the call that received it runs, unless the function says otherwise.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace barnabas::sdk {

// Anything with data() and size() over one-byte elements: std::string, std::string_view, std::span<std::byte>…
template <class T>
concept ByteContainer = requires(const T& t) {
  {t.data()};
  {t.size()};
}
&&sizeof(*std::declval<const T&>().data()) == 1;

// Immutable octets.
struct Bytes {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;

  constexpr Bytes() = default;
  constexpr Bytes(const std::uint8_t* begin, std::size_t count) : data(begin), size(count) {}
  Bytes(const void* begin, std::size_t count) : data(static_cast<const std::uint8_t*>(begin)), size(count) {}
  template <ByteContainer T>
  Bytes(const T& t) : data(reinterpret_cast<const std::uint8_t*>(t.data())), size(t.size()) {}

  constexpr const std::uint8_t* begin() const { return data; }
  constexpr const std::uint8_t* end() const { return data + size; }
  constexpr bool empty() const { return size == 0; }
  constexpr std::uint8_t operator[](std::size_t i) const { return data[i]; }
  // REQUIRES: from <= size. The part from `from` on, at most `count` octets of it.
  constexpr Bytes slice(std::size_t from, std::size_t count = ~std::size_t{0}) const {
    return {data + from, count < size - from ? count : size - from};
  }

  friend constexpr bool operator==(Bytes a, Bytes b) {
    if (a.size != b.size) return false;
    for (std::size_t i = 0; i < a.size; ++i)
      if (a.data[i] != b.data[i]) return false;
    return true;
  }
};

// Memory that the receiver may fill.
struct MutableBytes {
  std::uint8_t* data = nullptr;
  std::size_t size = 0;

  operator Bytes() const { return {data, size}; }
};

// UTF-8 text, not terminated.
struct Text {
  const char* data = nullptr;
  std::size_t size = 0;

  constexpr Text() = default;
  constexpr Text(const char* begin, std::size_t count) : data(begin), size(count) {}
  template <std::size_t N>
  constexpr Text(const char (&literal)[N]) : data(literal), size(N - 1) {}
  template <ByteContainer T>
  constexpr Text(const T& t) : data(t.data()), size(t.size()) {}

  constexpr const char* begin() const { return data; }
  constexpr const char* end() const { return data + size; }
  constexpr bool empty() const { return size == 0; }
  // To std::string, std::string_view or whatever is made from (pointer, size).
  template <class S>
  requires std::is_constructible_v<S, const char*, std::size_t>
  constexpr explicit(!std::is_trivially_destructible_v<S>) operator S() const { return S(data, size); }

  friend constexpr bool operator==(Text a, Text b) {
    if (a.size != b.size) return false;
    for (std::size_t i = 0; i < a.size; ++i)
      if (a.data[i] != b.data[i]) return false;
    return true;
  }
};

// 16 octets as Kafka writes them; text form is URL-safe base64 without padding (base/uuid.h).
struct Uuid {
  std::uint8_t octets[16] = {};

  constexpr bool is_zero() const {
    for (std::uint8_t octet : octets)
      if (octet != 0) return false;
    return true;
  }
  friend constexpr bool operator==(const Uuid&, const Uuid&) = default;
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
};

}  // namespace barnabas::sdk
