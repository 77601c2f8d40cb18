#include "kernel/config/utf8.h"

namespace barnabas::config {

std::size_t character_length(std::string_view text) {
  const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = octet(0);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first >= 0xf5 || (first >= 0x80 && first < 0xc2) || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((octet(i) & 0xc0) != 0x80) return 0;
  // Forms that are longer than they have to be, surrogates, and what is above Unicode.
  if ((first == 0xe0 && octet(1) < 0xa0) || (first == 0xed && octet(1) >= 0xa0)) return 0;
  if ((first == 0xf0 && octet(1) < 0x90) || (first == 0xf4 && octet(1) >= 0x90)) return 0;
  return length;
}

void append_utf8(std::uint32_t point, std::string& out) {
  const auto put = [&](std::uint32_t octet) { out.push_back(static_cast<char>(octet)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) return put(0xc0 | point >> 6), put(0x80 | (point & 0x3f));
  if (point < 0x10000) return put(0xe0 | point >> 12), put(0x80 | (point >> 6 & 0x3f)), put(0x80 | (point & 0x3f));
  put(0xf0 | point >> 18), put(0x80 | (point >> 12 & 0x3f)), put(0x80 | (point >> 6 & 0x3f)), put(0x80 | (point & 0x3f));
}

}  // namespace barnabas::config
