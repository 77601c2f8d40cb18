#include "kernel/group/home.h"

#include <limits>

#include "kernel/group/utf16.h"

namespace barnabas::group {

std::int32_t home_of(std::string_view group, std::int32_t home_count) {
  std::uint32_t hash = 0;
  each_utf16_unit(group, [&](char16_t unit) { hash = 31 * hash + unit; });
  const auto number = static_cast<std::int32_t>(hash);
  if (number == std::numeric_limits<std::int32_t>::min()) return 0;
  return (number < 0 ? -number : number) % home_count;
}

}  // namespace barnabas::group
