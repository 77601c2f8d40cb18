// barnabas config: validate, render and explain deployment files, and print their schema.
#include <cstdio>

#include <boost/program_options.hpp>

#include "kernel/config/views.h"
#include "kernel/io/machine.h"
#include "kernel/node/capacity.h"
#include "tools/barnabas/assembly.h"
#include "tools/barnabas/command.h"

namespace barnabas::tools {

namespace {

namespace options = boost::program_options;

constexpr char kUsage[] =
    "usage: barnabas config validate FILE…          what is wrong with these deployment files\n"
    "       barnabas config validate-client FILE…   the same of files for produce --config and consume --config\n"
    "       barnabas config render [FILE]           what is in effect, defaults included, and where it comes from\n"
    "       barnabas config explain KEY [FILE]      what a key means, and its value\n"
    "       barnabas config schema                  a JSON schema of deployment files, for editors\n\n"
    "FILE is YAML or a Kafka server.properties; without one, the built-in deployment.\n";

int wrong_use(const std::string& why) {
  std::fprintf(stderr, "barnabas config: %s\n\n%s", why.c_str(), kUsage);
  return 2;
}

// Says what was found; whether the file is right.
bool say(const std::string& file, const config::Findings& findings) {
  std::fputs(findings.text().c_str(), stdout);
  if (!findings.has_errors()) std::printf("%s: right\n", file.c_str());
  return !findings.has_errors();
}

int validate(const std::vector<std::string>& files, const std::vector<std::string>& overrides) {
  if (files.empty()) return wrong_use("validate needs a file");
  const base::Machine machine = io::measure_machine();
  bool all_right = true;
  for (const std::string& file : files) {
    Assembly assembly;
    assemble({file, overrides}, assembly);
    if (!assembly.loaded.findings.has_errors())
      node::check_capacity(assembly.loaded.deployment, machine, config::Severity::kWarning, assembly.loaded.findings);
    all_right &= say(file, assembly.loaded.findings);
  }
  return all_right ? 0 : 1;
}

int validate_client(const std::vector<std::string>& files) {
  if (files.empty()) return wrong_use("validate-client needs a file");
  bool all_right = true;
  for (const std::string& file : files) {
    host::Registry plugins;
    plugins.scan(host::installed_plugins());
    config::Findings findings;
    assemble_client(file, plugins, findings);
    all_right &= say(file, findings);
  }
  return all_right ? 0 : 1;
}

config::LoadRequest request_of(const std::vector<std::string>& files, std::size_t at, const std::vector<std::string>& overrides) {
  return {files.size() > at ? std::optional(files[at]) : std::nullopt, overrides};
}

int render(const std::vector<std::string>& files, const std::vector<std::string>& overrides) {
  if (files.size() > 1) return wrong_use("render takes one file");
  Assembly assembly;
  assemble(request_of(files, 0, overrides), assembly);
  std::fputs(assembly.loaded.findings.text().c_str(), stderr);
  if (assembly.loaded.findings.has_errors()) return 1;
  std::fputs(config::render(assembly.loaded.deployment, assembly.plugins).c_str(), stdout);
  return 0;
}

int explain(const std::vector<std::string>& words, const std::vector<std::string>& overrides) {
  if (words.empty() || words.size() > 2) return wrong_use("explain takes a key and at most one file");
  Assembly assembly;
  assemble(request_of(words, 1, overrides), assembly);
  const auto text = config::explain(words[0], assembly.loaded, assembly.plugins);
  if (text) return std::fputs(text->c_str(), stdout), 0;
  std::fprintf(stderr, "barnabas config: there is no key '%s'%s\n", words[0].c_str(),
               config::did_you_mean(words[0], config::explainable()).c_str());
  return 1;
}

int schema() {
  host::Registry plugins;
  plugins.scan(host::installed_plugins());
  std::puts(config::json_schema(plugins).c_str());
  return 0;
}

}  // namespace

int config_command(const Arguments& arguments) {
  options::options_description flags("options");
  flags.add_options()("help,h", "this text")("override", options::value<std::vector<std::string>>()->default_value({}, ""),
                                             "KEY=VALUE on top of the file: a Kafka key, or a path such as /storage/use")(
      "words", options::value<std::vector<std::string>>()->default_value({}, ""));
  options::positional_options_description positions;
  positions.add("words", -1);
  options::variables_map given;
  try {
    options::store(options::command_line_parser(arguments).options(flags).positional(positions).run(), given);
  } catch (const options::error& error) {
    return wrong_use(error.what());
  }
  auto words = given["words"].as<std::vector<std::string>>();
  if (given.contains("help")) return std::fputs(kUsage, stdout), 0;
  if (words.empty()) return wrong_use("say what to do");
  const std::string verb = words.front();
  words.erase(words.begin());
  const auto overrides = given["override"].as<std::vector<std::string>>();
  if (verb == "validate") return validate(words, overrides);
  if (verb == "validate-client") return validate_client(words);
  if (verb == "render") return render(words, overrides);
  if (verb == "explain") return explain(words, overrides);
  if (verb == "schema") return schema();
  return wrong_use("there is no '" + verb + "'" +
                   config::did_you_mean(verb, {"validate", "validate-client", "render", "explain", "schema"}));
}

}  // namespace barnabas::tools
