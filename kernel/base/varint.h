// Variable-length integers as Kafka writes them: LEB128, at most 5 octets for 32 bits and 10 for 64; signed ones zigzag first. [any thread]
//
// Readers return the place after the number, or null where the octets end inside it or it has too many; writers need room for the longest
// form and return the place after. Longer forms than needed are read, as Kafka reads them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace barnabas::base {

inline constexpr std::size_t kMaxVarintBytes = 5;
inline constexpr std::size_t kMaxVarlongBytes = 10;

constexpr std::uint32_t zigzag(std::int32_t value) {
  return (static_cast<std::uint32_t>(value) << 1) ^ static_cast<std::uint32_t>(value >> 31);
}
constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int32_t unzigzag(std::uint32_t value) { return static_cast<std::int32_t>((value >> 1) ^ (0u - (value & 1))); }
constexpr std::int64_t unzigzag(std::uint64_t value) { return static_cast<std::int64_t>((value >> 1) ^ (0ull - (value & 1))); }

namespace detail {
template <class Unsigned, std::size_t kMaxBytes>
constexpr const std::uint8_t* read_leb128(const std::uint8_t* at, const std::uint8_t* end, Unsigned& value) {
  if (at != end && *at < 0x80) {
    value = *at;
    return at + 1;
  }
  Unsigned sum = 0;
  for (std::size_t i = 0; i < kMaxBytes && at != end; ++i) {
    const std::uint8_t octet = *at++;
    sum |= static_cast<Unsigned>(octet & 0x7f) << (7 * i);
    if (octet < 0x80) {
      value = sum;
      return at;
    }
  }
  return nullptr;
}

template <class Unsigned>
constexpr std::uint8_t* write_leb128(std::uint8_t* to, Unsigned value) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<std::uint8_t>(value | 0x80);
  *to++ = static_cast<std::uint8_t>(value);
  return to;
}
}  // namespace detail

constexpr const std::uint8_t* read_uvarint(const std::uint8_t* at, const std::uint8_t* end, std::uint32_t& value) {
  return detail::read_leb128<std::uint32_t, kMaxVarintBytes>(at, end, value);
}
constexpr const std::uint8_t* read_uvarlong(const std::uint8_t* at, const std::uint8_t* end, std::uint64_t& value) {
  return detail::read_leb128<std::uint64_t, kMaxVarlongBytes>(at, end, value);
}
constexpr const std::uint8_t* read_varint(const std::uint8_t* at, const std::uint8_t* end, std::int32_t& value) {
  std::uint32_t raw = 0;
  at = read_uvarint(at, end, raw);
  value = unzigzag(raw);
  return at;
}
constexpr const std::uint8_t* read_varlong(const std::uint8_t* at, const std::uint8_t* end, std::int64_t& value) {
  std::uint64_t raw = 0;
  at = read_uvarlong(at, end, raw);
  value = unzigzag(raw);
  return at;
}

constexpr std::uint8_t* write_uvarint(std::uint8_t* to, std::uint32_t value) { return detail::write_leb128(to, value); }
constexpr std::uint8_t* write_uvarlong(std::uint8_t* to, std::uint64_t value) { return detail::write_leb128(to, value); }
constexpr std::uint8_t* write_varint(std::uint8_t* to, std::int32_t value) { return write_uvarint(to, zigzag(value)); }
constexpr std::uint8_t* write_varlong(std::uint8_t* to, std::int64_t value) { return write_uvarlong(to, zigzag(value)); }

constexpr std::size_t uvarint_size(std::uint64_t value) { return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7; }
constexpr std::size_t varint_size(std::int32_t value) { return uvarint_size(zigzag(value)); }
constexpr std::size_t varlong_size(std::int64_t value) { return uvarint_size(zigzag(value)); }

}  // namespace barnabas::base
