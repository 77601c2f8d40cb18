// Kafka's text form of a 128-bit id: URL-safe base64 without padding, 22 characters.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas {

using sdk::Uuid;

namespace base {

std::string to_string(const Uuid& id);

// Nothing unless the text is 22 characters of the alphabet that stand for exactly 128 bits.
std::optional<Uuid> parse_uuid(std::string_view text);

constexpr Uuid make_uuid(std::uint64_t high, std::uint64_t low) {
  Uuid id;
  for (int i = 0; i < 8; ++i) {
    id.octets[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    id.octets[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return id;
}

}  // namespace base
}  // namespace barnabas

template <>
struct std::hash<barnabas::sdk::Uuid> {
  std::size_t operator()(const barnabas::sdk::Uuid& id) const noexcept {
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(id.octets), sizeof id.octets});
  }
};
