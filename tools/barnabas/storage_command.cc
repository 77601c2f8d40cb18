// barnabas storage: format directories and look at them, with the flags and the words of Kafka's kafka-storage.sh.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <random>

#include <boost/program_options.hpp>

#include "kernel/base/uuid.h"
#include "kernel/catalog/features.h"
#include "tools/barnabas/command.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/storage_format.h"

namespace barnabas::tools {
namespace {

namespace options = boost::program_options;

constexpr char kUsage[] =
    "usage: barnabas storage format [-c FILE] [-t CLUSTER_ID] [-g] [-r RELEASE] [-f NAME=LEVEL]… [-s | -N]\n"
    "       barnabas storage info [-c FILE]\n"
    "       barnabas storage random-uuid\n"
    "       barnabas storage version-mapping [-r RELEASE]\n"
    "       barnabas storage feature-dependencies -f NAME=LEVEL…\n\n"
    "FILE is YAML or a Kafka server.properties; without one, the built-in deployment. A broker formats empty directories by itself when it "
    "starts.\n"
    "  -c, --config FILE              what to format\n"
    "  -t, --cluster-id ID            of the cluster that is begun or joined; without one, that of formatted directories, or a new id\n"
    "  -g, --ignore-formatted         leave directories alone that are formatted already\n"
    "  -r, --release-version RELEASE  take the metadata.version and the features of this release of Kafka (default 4.3)\n"
    "  -f, --feature NAME=LEVEL       a feature at another level than the release gives it\n"
    "  -s, --standalone               this node as the one voter of a dynamic quorum (kraft.version 1)\n"
    "  -N, --no-initial-controllers   no voters of a dynamic quorum yet\n";

int wrong_use(const std::string& why) {
  std::fprintf(stderr, "barnabas storage: %s\n\n%s", why.c_str(), kUsage);
  return 2;
}

constexpr Failure failed{""};

Result<std::pair<std::string, std::int16_t>> parse_feature(const std::string& text) {
  const std::size_t equals = text.find('=');
  std::int16_t level = 0;
  if (equals != std::string::npos) {
    const auto end = std::from_chars(text.data() + equals + 1, text.data() + text.size(), level);
    if (end.ec == std::errc() && end.ptr == text.data() + text.size() && end.ptr != text.data() + equals + 1)
      return std::pair(text.substr(0, equals), level);
  }
  return Status::invalid(fmt::format("Can't parse feature=level string {}. It must be like group.version=1.", text));
}

int random_uuid() {
  std::random_device device;
  const auto word = [&] { return std::uint64_t{device()} << 32 | device(); };
  std::string text;
  do {
    text = base::to_string(base::make_uuid(word(), word()));
  } while (text.front() == '-');
  std::puts(text.c_str());
  return 0;
}

int version_mapping(const std::string& release) {
  std::int16_t level = catalog::kLatestMetadataLevel;
  if (!release.empty()) {
    const auto found = catalog::metadata_level_of_release(release);
    if (!found) return failed(message_of(found.status()));
    level = *found;
  }
  fmt::print("metadata.version={} ({})\n", level, release.empty() ? std::string(catalog::metadata_level_name(level)) : release);
  const auto features = catalog::default_features(level);
  const auto print = [&](std::string_view name) {
    const auto found = std::find_if(features.begin(), features.end(), [&](const auto& f) { return f.first == name; });
    fmt::print("{}={}\n", name, found == features.end() ? std::int16_t{0} : found->second);
  };
  fmt::print("kraft.version={}\n", level >= 21 ? 1 : 0);
  for (const char* name : {"transaction.version", "group.version", "eligible.leader.replicas.version", "share.version", "streams.version"})
    print(name);
  return 0;
}

int feature_dependencies(const std::vector<std::string>& features) {
  if (features.empty()) return wrong_use("feature-dependencies needs --feature NAME=LEVEL");
  for (const std::string& text : features) {
    const auto feature = parse_feature(text);
    if (!feature) return failed(message_of(feature.status()));
    const auto& [name, level] = *feature;
    const auto supported = catalog::supported_features();
    if (std::none_of(supported.begin(), supported.end(), [&, &n = name](const auto& f) { return f.name == n; }))
      return failed("Unknown feature: " + name);
    const auto needed = catalog::requirements(name, level);
    fmt::print("{}={} {}\n", name, level, needed.empty() ? "has no dependencies." : "requires:");
    for (const catalog::Requirement& one : needed)
      fmt::print("    {}={}{}\n", one.feature, one.level,
                 one.feature == catalog::kMetadataVersion ? fmt::format(" ({})", catalog::metadata_level_name(one.level)) : "");
  }
  return 0;
}

// What Kafka wants to be told about the voters: a properties file for a controller names them, or the command line says how they are found.
Status check_voters(const config::Deployment& deployment, const options::variables_map& given) {
  if (given.contains("add-scram"))
    return Status::unsupported("--add-scram cannot be carried out: there are no SCRAM credentials in this broker");
  if (given.contains("initial-controllers"))
    return Status::unsupported("--initial-controllers cannot be carried out: the quorum has one voter, this node; say --standalone");
  const auto* roles = deployment.kafka.find("process.roles");
  const bool is_controller = roles != nullptr && roles->value.find("controller") != std::string::npos;
  const auto* voters = deployment.kafka.find("controller.quorum.voters");
  const bool has_voters = voters != nullptr && !voters->value.empty();
  const bool says_how = given.contains("standalone") || given.contains("no-initial-controllers");
  if (has_voters && says_how)
    return Status::invalid("You cannot specify --standalone or --no-initial-controllers and also set controller.quorum.voters.");
  if (is_controller && !has_voters && !says_how)
    return Status::invalid(
        "Because controller.quorum.voters is not set on this controller, you must specify one of the following: --standalone, "
        "--initial-controllers, or --no-initial-controllers.");
  return {};
}

int format(const options::variables_map& given, Assembly& assembly) {
  FormatPlan plan;
  if (given.contains("cluster-id")) plan.cluster_id = given["cluster-id"].as<std::string>();
  if (given.contains("release-version")) plan.release = given["release-version"].as<std::string>();
  for (const std::string& text : given["feature"].as<std::vector<std::string>>()) {
    auto feature = parse_feature(text);
    if (!feature) return failed(message_of(feature.status()));
    plan.features.push_back(*std::move(feature));
  }
  plan.ignore_formatted = given.contains("ignore-formatted");
  plan.standalone = given.contains("standalone");
  Status status = check_voters(assembly.loaded.deployment, given);
  if (status.ok()) status = format_directories(assembly, plan);
  return status.ok() ? 0 : failed(message_of(status));
}

options::options_description flags() {
  options::options_description all("options");
  const auto text = [] { return options::value<std::string>(); };
  const auto texts = [] { return options::value<std::vector<std::string>>()->default_value({}, ""); };
  all.add_options()("help,h", "this text")("config,c", text(), "")("cluster-id,t", text(), "")("ignore-formatted,g", "")(
      "release-version,r", text(), "")("feature,f", texts(), "")("standalone,s", "")("no-initial-controllers,N", "")(
      "initial-controllers,I", text(), "")("add-scram,S", text(), "")("override", texts(), "")("verb", text(), "");
  return all;
}

}  // namespace

int storage_command(const Arguments& arguments) {
  options::positional_options_description positions;
  positions.add("verb", 1);
  options::variables_map given;
  try {
    options::store(options::command_line_parser(arguments).options(flags()).positional(positions).run(), given);
  } catch (const options::error& error) {
    return wrong_use(error.what());
  }
  if (given.contains("help")) return std::fputs(kUsage, stdout), 0;
  if (!given.contains("verb")) return wrong_use("say what to do");
  const std::string verb = given["verb"].as<std::string>();
  if (verb == "random-uuid") return random_uuid();
  if (verb == "version-mapping")
    return version_mapping(given.contains("release-version") ? given["release-version"].as<std::string>() : "");
  if (verb == "feature-dependencies") return feature_dependencies(given["feature"].as<std::vector<std::string>>());
  if (verb != "format" && verb != "info")
    return wrong_use("there is no '" + verb + "'" +
                     config::did_you_mean(verb, {"format", "info", "random-uuid", "version-mapping", "feature-dependencies"}));

  Assembly assembly;
  assemble({given.contains("config") ? std::optional(given["config"].as<std::string>()) : std::nullopt,
            given["override"].as<std::vector<std::string>>()},
           assembly);
  std::fputs(assembly.loaded.findings.text().c_str(), stderr);
  if (assembly.loaded.findings.has_errors()) return 1;
  if (verb == "format") return format(given, assembly);
  const auto shown = show_directories(assembly);
  if (!shown) return failed(message_of(shown.status()));
  return *shown ? 0 : 1;
}

}  // namespace barnabas::tools
