#include "kernel/base/uuid.h"

namespace barnabas::base {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kTextSize = 22;

}  // namespace

std::string to_string(const Uuid& id) {
  std::string text;
  text.reserve(kTextSize);
  std::uint32_t bits = 0;
  int held = 0;
  for (std::uint8_t octet : id.octets) {
    bits = (bits << 8) | octet;
    held += 8;
    while (held >= 6) text += kAlphabet[(bits >> (held -= 6)) & 63];
  }
  text += kAlphabet[(bits << (6 - held)) & 63];
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Uuid id;
  std::size_t filled = 0;
  std::uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    id.octets[filled++] = static_cast<std::uint8_t>(bits >> (held -= 8));
  }
  // 22 characters hold 132 bits; the last four must be zero or two texts would mean one id.
  if ((bits & 15) != 0) return std::nullopt;
  return id;
}

}  // namespace barnabas::base
