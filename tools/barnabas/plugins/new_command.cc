// barnabas plugins new: a project to begin a plugin with, its tests included.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "kernel/host/registry.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/plugins/plugins_command.h"
#include "tools/barnabas/plugins/template.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

constexpr Failure failed{"barnabas plugins new: "};

// As a shell takes it for one word.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:,@";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

Status check_kind(const std::string& kind, const std::string& templates) {
  const std::vector<std::string> kinds = template_kinds(templates);
  if (kinds.empty())
    return Status::not_found(fmt::format("there are no templates in {}; they are installed with the SDK (cmake --install)", templates));
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return {};
  for (const host::KnownKind& known : host::known_kinds())
    if (known.name == kind)
      return Status::not_found(
          fmt::format("there is no template for the kind {}, only for {}; read plugins/{}/memory of the sources instead", kind,
                      config::listed(kinds, "and"), kind));
  return Status::invalid(fmt::format("there is no kind '{}' to begin with{}; there is {}", kind, config::did_you_mean(kind, kinds),
                                     config::listed(kinds, "and")));
}

int begin(const std::string& kind, const std::string& name, const std::string& parent) {
  const std::string templates = installed_templates();
  if (Status status = check_kind(kind, templates); !status) return failed(message_of(status));
  if (Status status = check_plugin_name(name); !status) return failed(message_of(status));
  host::Registry shipped;
  shipped.scan(host::installed_plugins());
  if (shipped.find(kind, name) != nullptr)
    return failed(
        fmt::format("there is the {} '{}' already, and a deployment takes no second one of that name; choose another", kind, name));
  std::error_code error;
  if (!fs::is_directory(parent, error)) return failed(fmt::format("{} is not a folder", parent));
  const std::string folder = (fs::path(parent) / name).lexically_normal().string();
  const std::string prefix = fs::path(templates).parent_path().parent_path().parent_path().string();
  const auto names = copy_template((fs::path(templates) / kind).string(), folder, {name, shell_word(prefix)});
  if (!names) return failed(message_of(names.status()));
  std::puts(fmt::format("{}: {}\n", folder, config::listed(*names, "and")).c_str());
  std::puts(fmt::format("  cd {}", shell_word(folder)).c_str());
  std::puts(fmt::format("  cmake -B build -DCMAKE_PREFIX_PATH={} && cmake --build build", shell_word(prefix)).c_str());
  std::puts("  ctest --test-dir build --output-on-failure");
  std::puts(fmt::format("  {} plugins test build/{}.so", shell_word(prefix + "/bin/barnabas"), name).c_str());
  return 0;
}

}  // namespace

int plugins_new(const Arguments& arguments) {
  Options options(
      "usage: barnabas plugins new KIND NAME [--dir DIR]\n\nBegins a plugin: makes the folder NAME with a source file, its test, "
      "CMakeLists.txt and "
      "README.md.\nKIND is " +
      config::listed(template_kinds(installed_templates()), "or") + "; NAME is lower-case letters, digits and underscores.");
  options.add()("dir", po::value<std::string>(), "where the folder is made, instead of here");
  std::size_t words = 0;
  while (words < arguments.size() && words < 2 && !arguments[words].starts_with("-")) ++words;
  if (const auto code = options.parse({arguments.begin() + static_cast<std::ptrdiff_t>(words), arguments.end()})) return *code;
  if (words != 2) return options.refuse("say which kind and which name: barnabas plugins new KIND NAME");
  return begin(arguments[0], arguments[1], options.text("dir", "."));
}

}  // namespace barnabas::tools
