// Numbers as octets: big-endian integers, and unsigned varints in their shortest form only. [any thread]
//
// A varint that is longer than it needs to be is refused: nobody writes one, and two spellings of one message hide attacks.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

#include "kernel/base/varint.h"

namespace barnabas::wire {

template <class T>
[[gnu::always_inline]] inline T load_big_endian(const std::uint8_t* from) {
  if constexpr (sizeof(T) == 1) {
    return static_cast<T>(*from);
  } else if constexpr (sizeof(T) == 2) {
    std::uint16_t raw;
    std::memcpy(&raw, from, sizeof raw);
    return std::bit_cast<T>(std::endian::native == std::endian::little ? __builtin_bswap16(raw) : raw);
  } else if constexpr (sizeof(T) == 4) {
    std::uint32_t raw;
    std::memcpy(&raw, from, sizeof raw);
    return std::bit_cast<T>(std::endian::native == std::endian::little ? __builtin_bswap32(raw) : raw);
  } else {
    std::uint64_t raw;
    std::memcpy(&raw, from, sizeof raw);
    return std::bit_cast<T>(std::endian::native == std::endian::little ? __builtin_bswap64(raw) : raw);
  }
}

template <class T>
[[gnu::always_inline]] inline void store_big_endian(std::uint8_t* to, T value) {
  if constexpr (sizeof(T) == 1) {
    *to = static_cast<std::uint8_t>(value);
  } else if constexpr (sizeof(T) == 2) {
    auto raw = std::bit_cast<std::uint16_t>(value);
    if constexpr (std::endian::native == std::endian::little) raw = __builtin_bswap16(raw);
    std::memcpy(to, &raw, sizeof raw);
  } else if constexpr (sizeof(T) == 4) {
    auto raw = std::bit_cast<std::uint32_t>(value);
    if constexpr (std::endian::native == std::endian::little) raw = __builtin_bswap32(raw);
    std::memcpy(to, &raw, sizeof raw);
  } else {
    auto raw = std::bit_cast<std::uint64_t>(value);
    if constexpr (std::endian::native == std::endian::little) raw = __builtin_bswap64(raw);
    std::memcpy(to, &raw, sizeof raw);
  }
}

enum class VarintFault : std::uint8_t { kNone, kCut, kTooLong, kNotMinimal };

// Moves `at` behind the number only when it is good.
inline VarintFault read_strict_uvarint(const std::uint8_t*& at, const std::uint8_t* end, std::uint32_t& value) {
  std::uint32_t sum = 0;
  const std::uint8_t* next = at;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (next == end) return VarintFault::kCut;
    const std::uint8_t octet = *next++;
    if (shift == 28 && octet > 0x0f) return VarintFault::kTooLong;
    sum |= static_cast<std::uint32_t>(octet & 0x7f) << shift;
    if (octet < 0x80) {
      if (octet == 0 && shift != 0) return VarintFault::kNotMinimal;
      value = sum;
      at = next;
      return VarintFault::kNone;
    }
  }
  return VarintFault::kTooLong;
}

}  // namespace barnabas::wire
