#include "tools/barnabas/plugins/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/host/registry.h"
#include "kernel/io/os_error.h"

namespace barnabas::tools {

namespace fs = std::filesystem;

namespace {

std::string camel_case(std::string_view name) {
  std::string camel;
  bool begins = true;
  for (const char c : name) {
    if (c != '_') camel.push_back(begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    begins = c == '_';
  }
  return camel;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

Status copy_file(const fs::path& from, const fs::path& to, const TemplateWords& words) {
  std::ifstream in(from, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return Status::io(fmt::format("cannot read {}", from.string()));
  std::ofstream out(to, std::ios::binary);
  out << fill_in(text, words);
  out.close();
  return out ? Status() : Status::io(fmt::format("cannot write {}: {}", to.string(), io::os_words(errno)));
}

Result<std::vector<std::string>> copy_files(const std::string& from, const std::string& to, const TemplateWords& words) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto at = fs::directory_iterator(from, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = fill_in(at->path().filename().string(), words);
    BARNABAS_TRY(copy_file(at->path(), fs::path(to) / name, words));
    names.push_back(name);
  }
  if (error) return Status::io(fmt::format("cannot read the template {}: {}", from, error.message()));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Status check_plugin_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  constexpr std::string_view kWhatIsRight = "a plugin's name is lower-case letters, digits and underscores, such as by_month";
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool is_right = !name.empty() && is_letter(name.front()) &&
                        std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
  if (!is_right) return Status::invalid(fmt::format("'{}' cannot be a name: {}", name, kWhatIsRight));
  if (name.size() > kLongest) return Status::invalid(fmt::format("the name is {} characters long; {} are allowed", name.size(), kLongest));
  return {};
}

std::string fill_in(std::string text, const TemplateWords& words) {
  replace_all(text, "my_plugin", words.name);
  replace_all(text, "MyPlugin", camel_case(words.name));
  replace_all(text, "/opt/barnabas", words.prefix);
  return text;
}

std::string installed_templates() {
  // The plugins are in PREFIX/lib/barnabas/plugins.
  return (fs::path(host::installed_plugins()).parent_path().parent_path().parent_path() / "share/barnabas/template").string();
}

std::vector<std::string> template_kinds(const std::string& templates) {
  std::vector<std::string> kinds;
  std::error_code error;
  for (auto at = fs::directory_iterator(templates, error); !error && at != fs::directory_iterator(); at.increment(error))
    if (at->is_directory(error)) kinds.push_back(at->path().filename().string());
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

Result<std::vector<std::string>> copy_template(const std::string& from, const std::string& to, const TemplateWords& words) {
  std::error_code error;
  const bool made = fs::create_directory(to, error);
  if (error) return Status::io(fmt::format("cannot make the folder {}: {}", to, error.message()));
  if (!made) return Status::invalid(fmt::format("{} exists already, and nothing of it is touched", to));
  auto names = copy_files(from, to, words);
  if (!names) fs::remove_all(to, error);
  return names;
}

}  // namespace barnabas::tools
