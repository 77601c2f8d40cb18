// barnabas plugins test: the conformance kit of a plugin's kind, run on the plugin, one line a rule.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "tools/barnabas/failure.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/plugin_settings.h"
#include "tools/barnabas/plugins/kits.h"
#include "tools/barnabas/plugins/plugins_command.h"
#include "tools/barnabas/plugins/rule_runner.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr Failure failed{"barnabas plugins test: "};

class Report {
 public:
  explicit Report(std::span<const std::string_view> promises) : promises_(promises) {}

  void rule(const std::string& rule, const std::string& why) {
    const bool is_promise = std::find(promises_.begin(), promises_.end(), rule) != promises_.end();
    ++(why.empty() ? kept_ : is_promise ? not_promised_ : broken_);
    const char* verdict = why.empty() ? "ok" : is_promise ? "no" : "FAILED";
    std::puts(fmt::format("  {:<7} {}{}{}", verdict, rule, why.empty() ? "" : ": ", why).c_str());
    std::fflush(stdout);  // the next rule may take its time
  }
  int sum(bool all_were_tried) const {
    std::string line = fmt::format("{} rules kept, {} broken", kept_, broken_);
    if (not_promised_ != 0)
      line += fmt::format("; {} promise{} not made: a 'no' would be broken with --promises", not_promised_,
                          not_promised_ == 1 ? " is" : "s are");
    if (!all_were_tried) line += "; the other rules could not be tried";
    std::puts(line.c_str());
    return broken_ == 0 && all_were_tried ? 0 : 1;
  }

 private:
  std::span<const std::string_view> promises_;
  int kept_ = 0;
  int broken_ = 0;
  int not_promised_ = 0;
};

int test(const std::string& file, const Options& options) {
  host::Registry registry;
  const auto added = add_file(registry, file);
  if (!added) return failed(message_of(added.status()));
  const host::Plugin& plugin = **added;
  const host::Manifest& manifest = plugin.manifest;
  const PluginKit* kit = find_kit(manifest.kind);
  if (kit == nullptr || kit->run == nullptr) {
    const std::string_view instead = kit == nullptr ? "" : kit->suite;
    return failed(
        fmt::format("{} is the {} '{}', and this command has no rules for that kind{}", file, manifest.kind, manifest.id, instead));
  }
  const auto settings = settings_from(manifest.schema, options.texts("config"));
  if (!settings) return failed(message_of(settings.status()));
  std::puts(fmt::format("{} '{}' {}, {}", manifest.kind, manifest.id, manifest.version, file).c_str());
  Report report(options.has("promises") ? std::span<const std::string_view>() : kit->promises);
  const auto all_were_tried = run_rules([&](testing::RuleSink& sink) { kit->run(registry, plugin, *settings, sink); },
                                        std::chrono::seconds(options.number<std::int32_t>("timeout", 60)),
                                        [&](const std::string& rule, const std::string& why) { report.rule(rule, why); });
  if (!all_were_tried) return failed(message_of(all_were_tried.status()));
  return report.sum(*all_were_tried);
}

// A plugin is named by its file, or where there is no such file by its id: several kinds may have one of that name.
Result<std::vector<std::string>> files_of(const std::string& what) {
  std::error_code error;
  if (names_a_file(what) || std::filesystem::exists(what, error)) return std::vector{what};
  host::Registry installed;
  installed.scan(host::installed_plugins());
  std::vector<std::string> files, ids;
  for (const host::Plugin& plugin : installed.plugins()) {
    ids.push_back(plugin.manifest.id);
    if (plugin.manifest.id == what) files.push_back(plugin.path);
  }
  if (files.empty()) return Status::not_found(fmt::format("there is no plugin '{}'{}", what, config::did_you_mean(what, ids)));
  return files;
}

}  // namespace

int plugins_test(const Arguments& arguments) {
  Options options(
      "usage: barnabas plugins test FILE|ID [OPTIONS]\n\nRuns the conformance kit of the plugin's kind on it, in a process of its own.");
  options.add()("config", po::value<std::vector<std::string>>()->composing(),
                "an option of the plugin, name=value; once for each item of a list")(
      "promises", "rules that are only promises, such as \"equal keys stay together\", must hold too")(
      "timeout", po::value<std::int32_t>(), "seconds that one rule may take, 60");
  const bool has_file = !arguments.empty() && !arguments.front().starts_with("-");
  if (const auto code = options.parse({arguments.begin() + (has_file ? 1 : 0), arguments.end()})) return *code;
  if (!has_file) return options.refuse("say which one: barnabas plugins test FILE");
  if (options.number<std::int32_t>("timeout", 60) < 1) return options.refuse("--timeout is a number of seconds, at least 1");
  const auto files = files_of(arguments.front());
  if (!files) return failed(message_of(files.status()));
  int code = 0;
  for (const std::string& file : *files) code = std::max(code, test(file, options));
  return code;
}

}  // namespace barnabas::tools
