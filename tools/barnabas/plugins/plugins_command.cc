// barnabas plugins: list what is installed and inspect one, without running a line of it; test one, and begin a new one.
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <boost/json.hpp>
#include <boost/program_options.hpp>

#include "kernel/config/findings.h"
#include "kernel/host/registry.h"
#include "tools/barnabas/command.h"
#include "tools/barnabas/plugins/plugins_command.h"

namespace barnabas::tools {

namespace {

namespace options = boost::program_options;
namespace json = boost::json;

constexpr char kUsage[] =
    "usage: barnabas plugins list [--json] [--path DIR]…     every plugin, and every file that is none, with the reason\n"
    "       barnabas plugins inspect FILE|ID [--json]        what a plugin says of itself\n"
    "       barnabas plugins new KIND NAME [--dir DIR]       a project to begin a plugin with, its tests included\n"
    "       barnabas plugins test FILE|ID [--config NAME=VALUE]…  run the conformance kit of its kind on it\n\n"
    "Only `test` executes anything of a plugin, in a process of its own. `barnabas plugins new --help` and `… test --help` say more.\n";

int wrong_use(const std::string& why) {
  std::fprintf(stderr, "barnabas plugins: %s\n\n%s", why.c_str(), kUsage);
  return 2;
}

void list_as_json(const host::Registry& registry) {
  json::array plugins;
  for (const host::Plugin& plugin : registry.plugins()) {
    json::object object = json::parse(plugin.manifest.text).as_object();
    object["path"] = plugin.path;
    plugins.push_back(std::move(object));
  }
  json::array refusals;
  for (const host::Refusal& refusal : registry.refusals())
    refusals.push_back(json::object{{"path", refusal.path}, {"reason", refusal.reason}});
  std::puts(json::serialize(json::object{{"plugins", std::move(plugins)}, {"refusals", std::move(refusals)}}).c_str());
}

int list(const host::Registry& registry, bool as_json) {
  if (as_json) {
    list_as_json(registry);
  } else {
    for (const host::Plugin& plugin : registry.plugins()) {
      const host::Manifest& manifest = plugin.manifest;
      std::puts(fmt::format("{:<16} {:<18} {:<8} {}", manifest.kind, manifest.id, manifest.version, manifest.about).c_str());
    }
    for (const host::Refusal& refusal : registry.refusals()) std::puts(fmt::format("refused: {} {}", refusal.path, refusal.reason).c_str());
  }
  return registry.refusals().empty() ? 0 : 1;
}

std::string shown_default(const config::OptionSchema& option) {
  if (option.required) return "must be said";
  if (option.type != config::OptionType::kTextList)
    return option.default_value.empty() ? "default nothing" : "default " + option.default_value;
  std::string items;
  for (const std::string& item : option.default_items) items += (items.empty() ? "" : ", ") + item;
  return "default [" + items + "]";
}

void show(const host::Manifest& manifest, const std::string& path, bool as_json) {
  if (as_json) return static_cast<void>(std::puts(manifest.text.c_str()));
  std::string out = fmt::format("{} '{}' {}\n  {}\n", manifest.kind, manifest.id, manifest.version, manifest.about);
  out += fmt::format("  {:<10} {}\n  {:<10} SDK {}, revision {} of {}\n  {:<10} {}\n", "file", path, "speaks", manifest.sdk,
                     manifest.revision, manifest.kind, "built as", manifest.stamp);
  if (!manifest.schema.options.empty()) out += "  options\n";
  for (const config::OptionSchema& option : manifest.schema.options) {
    out += fmt::format("    {:<24} {}\n", option.name, option.help);
    out += fmt::format("    {:<24} {}; {}{}\n", "", config::expected(option), shown_default(option), option.secret ? "; secret" : "");
  }
  std::fputs(out.c_str(), stdout);
}

int inspect_file(const std::string& path, bool as_json) {
  const auto manifest = host::read_manifest(path);
  if (!manifest) {
    std::fprintf(stderr, "%s %s\n", path.c_str(), std::string(message_of(manifest.status())).c_str());
    return 1;
  }
  show(*manifest, path, as_json);
  const Status status = host::judge(*manifest);
  if (!status) std::fprintf(stderr, "%s %s\n", path.c_str(), std::string(message_of(status)).c_str());
  return status ? 0 : 1;
}

int inspect(const host::Registry& registry, const std::string& what, bool as_json) {
  std::error_code error;
  if (what.find('/') != std::string::npos || std::filesystem::is_regular_file(what, error)) return inspect_file(what, as_json);
  std::vector<std::string> ids;
  int found = 0;
  for (const host::Plugin& plugin : registry.plugins()) {
    ids.push_back(plugin.manifest.id);
    if (plugin.manifest.id != what) continue;
    ++found;  // one id may belong to several kinds
    show(plugin.manifest, plugin.path, as_json);
  }
  if (found != 0) return 0;
  std::fprintf(stderr, "barnabas plugins: there is no plugin '%s'%s\n", what.c_str(), config::did_you_mean(what, ids).c_str());
  return 1;
}

}  // namespace

int plugins_command(const Arguments& arguments) {
  if (!arguments.empty() && arguments.front() == "new") return plugins_new({arguments.begin() + 1, arguments.end()});
  if (!arguments.empty() && arguments.front() == "test") return plugins_test({arguments.begin() + 1, arguments.end()});
  options::options_description flags("options");
  flags.add_options()("help,h", "this text")("json", "as JSON, for programs")(
      "path", options::value<std::vector<std::string>>()->default_value({}, ""), "a folder to look in besides the installation's own")(
      "words", options::value<std::vector<std::string>>()->default_value({}, ""));
  options::positional_options_description positions;
  positions.add("words", -1);
  options::variables_map given;
  try {
    options::store(options::command_line_parser(arguments).options(flags).positional(positions).run(), given);
  } catch (const options::error& error) {
    return wrong_use(error.what());
  }
  const auto words = given["words"].as<std::vector<std::string>>();
  if (given.contains("help")) return std::fputs(kUsage, stdout), 0;
  if (words.empty()) return wrong_use("say what to do");
  host::Registry registry;
  registry.scan(host::installed_plugins());
  for (const std::string& path : given["path"].as<std::vector<std::string>>()) registry.scan(path, true);
  const bool as_json = given.contains("json");
  if (words[0] == "list" && words.size() == 1) return list(registry, as_json);
  if (words[0] == "inspect" && words.size() == 2) return inspect(registry, words[1], as_json);
  return wrong_use(words[0] == "inspect"
                       ? "inspect takes one file or id"
                       : "there is no '" + words[0] + "'" + config::did_you_mean(words[0], {"list", "inspect", "new", "test"}));
}

}  // namespace barnabas::tools
