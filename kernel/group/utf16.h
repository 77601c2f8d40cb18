// The UTF-16 units of a text, in which Java hashes and orders strings. [any thread]
#pragma once

#include <string>
#include <string_view>

namespace barnabas::group {

// Takes one character off the front; of octets that are no UTF-8 as many as Java's decoder replaces by one U+FFFD.
// REQUIRES: the text is not empty
char32_t take_character(std::string_view& text);

template <class Call>
void each_utf16_unit(std::string_view text, Call&& call) {
  while (!text.empty()) {
    const char32_t c = take_character(text);
    if (c < 0x10000) {
      call(static_cast<char16_t>(c));
    } else {
      call(static_cast<char16_t>(0xd800 + ((c - 0x10000) >> 10)));
      call(static_cast<char16_t>(0xdc00 + ((c - 0x10000) & 0x3ff)));
    }
  }
}

inline std::u16string utf16_of(std::string_view text) {
  std::u16string units;
  units.reserve(text.size());
  each_utf16_unit(text, [&](char16_t unit) { units.push_back(unit); });
  return units;
}

}  // namespace barnabas::group
