#include "kernel/quorum/principal.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "kernel/wire/codec.h"
#include "kernel/wire/messages/principal.h"

namespace barnabas::quorum {
namespace {

using Octets = std::vector<std::uint8_t>;
constexpr std::size_t kIpv4Octets = 4;
constexpr std::size_t kIpv6Octets = 16;

std::optional<unsigned> number(std::string_view text, int base, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

// Groups between colons; nothing where one of them is no number.
std::optional<Octets> groups(std::string_view text) {
  Octets octets;
  while (!text.empty()) {
    const auto colon = text.find(':');
    const auto group = number(text.substr(0, colon), 16, 0xffff);
    if (!group) return std::nullopt;
    octets.push_back(static_cast<std::uint8_t>(*group >> 8));
    octets.push_back(static_cast<std::uint8_t>(*group));
    text = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  }
  return octets;
}

std::optional<Octets> ipv4(std::string_view text) {
  Octets octets;
  for (std::size_t i = 0; i < kIpv4Octets; ++i) {
    const auto dot = text.find('.');
    const auto part = number(text.substr(0, dot), 10, 0xff);
    if (!part || (dot == std::string_view::npos) != (i + 1 == kIpv4Octets)) return std::nullopt;
    octets.push_back(static_cast<std::uint8_t>(*part));
    text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  }
  return octets;
}

std::optional<Octets> ipv6(std::string_view text) {
  const auto gap = text.find("::");
  auto front = groups(text.substr(0, gap));
  auto back = gap == std::string_view::npos ? std::optional<Octets>(Octets()) : groups(text.substr(gap + 2));
  if (!front || !back || front->size() + back->size() > kIpv6Octets) return std::nullopt;
  front->resize(kIpv6Octets - back->size());
  front->insert(front->end(), back->begin(), back->end());
  return front;
}

}  // namespace

Octets principal_octets(std::string_view principal) {
  const auto colon = principal.find(':');
  wire::DefaultPrincipalData data;
  data.type = colon == std::string_view::npos ? "User" : principal.substr(0, colon);
  data.name = colon == std::string_view::npos ? principal : principal.substr(colon + 1);
  wire::Buffer buffer;
  // Version 0 can carry whatever is set here.
  [[maybe_unused]] const Status status = wire::encode(data, 0, buffer);
  const sdk::Bytes body = buffer.bytes();
  Octets octets(2 + body.size);
  std::copy(body.begin(), body.end(), octets.begin() + 2);
  return octets;
}

Octets address_octets(std::string_view address) {
  if (auto octets = ipv4(address)) return *octets;
  if (address.find(':') != std::string_view::npos)
    if (auto octets = ipv6(address)) return *octets;
  return Octets(kIpv4Octets);
}

}  // namespace barnabas::quorum
