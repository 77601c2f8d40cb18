// Characters as octets, for the readers of files. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace barnabas::config {

// The length of the UTF-8 character at the beginning of `text`; 0 when there is none.
std::size_t character_length(std::string_view text);

// REQUIRES: `point` is a character of Unicode.
void append_utf8(std::uint32_t point, std::string& out);

}  // namespace barnabas::config
