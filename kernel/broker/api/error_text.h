// What an error is told with. A client's own words may be in it, and a field of text has 32,767 octets at most: with more there could be no
// answer at all, for this and for everything else that was asked. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/wire/types.h"

namespace barnabas::broker {

// `message`, or its beginning up to the end of a character.
inline std::string_view error_text(std::string_view message) {
  constexpr std::size_t kMostBytes = 4096;
  if (message.size() <= kMostBytes) return message;
  std::size_t end = kMostBytes;
  while (end != 0 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80) --end;
  return message.substr(0, end);
}

inline std::string_view error_text(const std::string& message) { return error_text(std::string_view(message)); }

inline wire::Nullable<std::string_view> error_text(const std::optional<std::string>& message) {
  if (!message) return wire::kNull;
  return error_text(std::string_view(*message));
}

}  // namespace barnabas::broker
