#include "kernel/group/home.h"

#include <cstddef>
#include <limits>

namespace barnabas::group {
namespace {

constexpr char32_t kReplacement = 0xfffd;

// Takes one character off the front; of octets that are no UTF-8 as many as Java's decoder replaces by one U+FFFD.
char32_t take(std::string_view& text) {
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

}  // namespace

std::int32_t home_of(std::string_view group, std::int32_t home_count) {
  std::uint32_t hash = 0;
  while (!group.empty()) {
    const char32_t c = take(group);
    if (c < 0x10000) {
      hash = 31 * hash + c;
    } else {
      hash = 31 * hash + (0xd800 + ((c - 0x10000) >> 10));
      hash = 31 * hash + (0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  const auto number = static_cast<std::int32_t>(hash);
  if (number == std::numeric_limits<std::int32_t>::min()) return 0;
  return (number < 0 ? -number : number) % home_count;
}

}  // namespace barnabas::group
