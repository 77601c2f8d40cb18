#include "tools/barnabas/client_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "tools/barnabas/surroundings.h"

namespace barnabas::tools {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\f\r";
  const auto begin = text.find_first_not_of(kBlank);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

Status add_file(const std::string& path, Properties& properties) {
  auto content = RealSurroundings().read_file(path);
  if (!content) return std::move(content).status();
  std::string_view rest = *content;
  for (int number = 1; !rest.empty(); ++number) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.front() == '#' || line.front() == '!') continue;
    const auto separator = line.find_first_of("=:");
    if (separator == std::string_view::npos) return Status::invalid(fmt::format("{}:{}: '{}' is not NAME=VALUE", path, number, line));
    properties[std::string(trimmed(line.substr(0, separator)))] = trimmed(line.substr(separator + 1));
  }
  return {};
}

bool is_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

Result<Properties> read_properties(const Options& options, const PropertyFlags& flags, const char* warning) {
  Properties properties;
  const auto say_old = [&](const char* old, const char* now) {
    if (old != nullptr && options.has(old))
      fmt::print("{} --{} is deprecated and will be removed in a future version. Use --{} instead.\n", warning, old, now);
  };
  say_old(flags.old_file, flags.file);
  say_old(flags.old_text, flags.text);
  for (const char* flag : {flags.old_file, flags.file})
    if (flag != nullptr && options.has(flag))
      if (Status status = add_file(options.text(flag), properties); !status.ok()) return status;
  for (const char* flag : {flags.old_text, flags.text}) {
    if (flag == nullptr) continue;
    for (const std::string& text : options.texts(flag)) {
      const auto equals = text.find('=');
      if (equals == std::string::npos) return Status::invalid("'" + text + "' is not a property: name=value is");
      properties[text.substr(0, equals)] = text.substr(equals + 1);
    }
  }
  return properties;
}

Status check_client_properties(const Properties& properties) {
  const auto protocol = properties.find("security.protocol");
  if (protocol != properties.end() && protocol->second != "PLAINTEXT")
    return Status::unsupported(fmt::format("security.protocol={}: this version speaks PLAINTEXT only", protocol->second));
  for (const auto& [name, value] : properties)
    if (name.starts_with("sasl.") || name.starts_with("ssl."))
      return Status::unsupported(fmt::format("'{}' cannot be honoured: this version speaks PLAINTEXT only", name));
  return {};
}

bool is_true(std::string_view text) { return is_word(text, "true"); }
bool is_false(std::string_view text) { return is_word(text, "false"); }

}  // namespace barnabas::tools
