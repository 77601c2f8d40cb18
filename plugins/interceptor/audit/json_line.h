// One JSON object on one line, built in a buffer that is kept. Text that is not UTF-8 comes out with U+FFFD in its place. One thread at a
// time.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <charconv>
#include <string>
#include <string_view>

namespace barnabas::interceptor {

class JsonLine {
 public:
  JsonLine& begin() {
    line_.assign(1, '{');
    return *this;
  }
  JsonLine& add(std::string_view name, std::string_view text) {
    field(name);
    line_ += '"';
    append_escaped(text);
    line_ += '"';
    return *this;
  }
  template <std::integral Integer>
  JsonLine& add(std::string_view name, Integer number) {
    field(name);
    char digits[24];
    line_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    return *this;
  }
  // With the end of line. Valid until the next begin().
  std::string_view end() { return line_ += "}\n"; }

 private:
  void field(std::string_view name) {
    if (line_.size() > 1) line_ += ',';
    line_ += '"';
    line_ += name;
    line_ += "\":";
  }
  void append_escaped(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const auto octet = static_cast<unsigned char>(text[i]);
      if (octet >= 0x80) {
        const std::size_t length = utf8_length(text.substr(i));
        line_ += length == 0 ? std::string_view("\\ufffd") : text.substr(i, length);
        i += length == 0 ? 1 : length;
        continue;
      }
      ++i;
      if (octet == '"' || octet == '\\') {
        line_ += '\\';
        line_ += static_cast<char>(octet);
      } else if (octet < 0x20 || octet == 0x7f) {
        constexpr std::string_view kHex = "0123456789abcdef";
        line_ += "\\u00";
        line_ += kHex[octet >> 4];
        line_ += kHex[octet & 15];
      } else {
        line_ += static_cast<char>(octet);
      }
    }
  }
  // Octets of the character that begins here; 0 when they are no UTF-8.
  static std::size_t utf8_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const unsigned first = at(0);
    const std::size_t length = first >= 0xc2 && first <= 0xdf ? 2 : (first & 0xf0) == 0xe0 ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
    for (std::size_t i = 1; i < length; ++i)
      if ((at(i) & 0xc0) != 0x80) return 0;
    const bool overlong = (first == 0xe0 && at(1) < 0xa0) || (first == 0xf0 && at(1) < 0x90);
    const bool beyond = (first == 0xed && at(1) > 0x9f) || (first == 0xf4 && at(1) > 0x8f);
    return overlong || beyond ? 0 : length;
  }

  std::string line_;
};

}  // namespace barnabas::interceptor
