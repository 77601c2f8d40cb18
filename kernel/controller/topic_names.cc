#include "kernel/controller/topic_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::controller {
namespace {

constexpr std::size_t kMaxNameLength = 249;

bool is_legal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string topic_name_problem(std::string_view name) {
  if (name.empty()) return "Topic name is invalid: the empty string is not allowed";
  if (name == "." || name == "..") return fmt::format("Topic name is invalid: '{}' is not allowed", name);
  if (name.size() > kMaxNameLength)
    return fmt::format("Topic name is invalid: the length of '{}' is longer than the max allowed length {}", name, kMaxNameLength);
  if (!std::all_of(name.begin(), name.end(), is_legal))
    return fmt::format("Topic name is invalid: '{}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
                       name);
  return {};
}

std::string collision_key(std::string_view name) {
  std::string key(name);
  std::replace(key.begin(), key.end(), '.', '_');
  return key;
}

}  // namespace barnabas::controller
