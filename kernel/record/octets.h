// Big-endian numbers in raw octets, as all of Kafka's formats have them. [any thread]
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace barnabas::record {

template <class Integer>
Integer load(const std::uint8_t* at) {
  static_assert(std::endian::native == std::endian::little);
  std::make_unsigned_t<Integer> raw;
  std::memcpy(&raw, at, sizeof raw);
  if constexpr (sizeof raw == 2) raw = __builtin_bswap16(raw);
  if constexpr (sizeof raw == 4) raw = __builtin_bswap32(raw);
  if constexpr (sizeof raw == 8) raw = __builtin_bswap64(raw);
  return static_cast<Integer>(raw);
}

template <class Integer>
void store(std::uint8_t* at, Integer value) {
  auto raw = static_cast<std::make_unsigned_t<Integer>>(value);
  if constexpr (sizeof raw == 2) raw = __builtin_bswap16(raw);
  if constexpr (sizeof raw == 4) raw = __builtin_bswap32(raw);
  if constexpr (sizeof raw == 8) raw = __builtin_bswap64(raw);
  std::memcpy(at, &raw, sizeof raw);
}

// Numbers that others sent may be anything: their sums and differences wrap, as they do in Java.
constexpr std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrapping_subtract(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace barnabas::record
