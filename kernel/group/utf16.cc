#include "kernel/group/utf16.h"

#include <cstddef>

namespace barnabas::group {
namespace {

constexpr char32_t kReplacement = 0xfffd;

}  // namespace

char32_t take_character(std::string_view& text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = octet(0);
  std::size_t more = 0;
  char32_t value = first;
  unsigned char low = 0x80, high = 0xbf;  // of the second octet: overlong forms, surrogates and what is beyond Unicode are none
  if (first >= 0xc2 && first <= 0xdf) {
    more = 1, value = first & 0x1fu;
  } else if (first >= 0xe0 && first <= 0xef) {
    more = 2, value = first & 0x0fu;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    more = 3, value = first & 0x07u;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
  } else if (first >= 0x80) {
    text.remove_prefix(1);
    return kReplacement;
  }
  for (std::size_t i = 1; i <= more; ++i) {
    if (i == text.size() || octet(i) < low || octet(i) > high) {
      text.remove_prefix(i);
      return kReplacement;
    }
    value = value << 6 | (octet(i) & 0x3fu);
    low = 0x80, high = 0xbf;
  }
  text.remove_prefix(more + 1);
  return value;
}

}  // namespace barnabas::group
