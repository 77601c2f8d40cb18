#include "tools/barnabas/groups/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr const char* kActions[] = {"list", "describe", "delete", "reset-offsets", "delete-offsets", "validate-regex"};
constexpr const char* kScenarios[] = {"to-offset",   "shift-by",  "to-datetime", "by-duration",
                                      "to-earliest", "to-latest", "to-current",  "from-file"};

struct Word {
  std::string_view word;
  const char* flag;
};
constexpr Word kWords[] = {{"list", "--list"},           {"describe", "--describe"},
                           {"delete", "--delete"},       {"delete-offsets", "--delete-offsets"},
                           {"reset", "--reset-offsets"}, {"validate-regex", "--validate-regex"}};

// What means something only with some of the actions.
struct Rule {
  const char* option;
  std::string_view actions;  // spaces around each
};
constexpr Rule kRules[] = {{"members", " describe "},
                           {"offsets", " describe "},
                           {"verbose", " describe "},
                           {"lead", " describe "},
                           {"state", " describe list "},
                           {"type", " list "},
                           {"group", " describe delete reset-offsets delete-offsets "},
                           {"all-groups", " describe delete reset-offsets "},
                           {"topic", " reset-offsets delete-offsets "},
                           {"all-topics", " reset-offsets "},
                           {"dry-run", " reset-offsets "},
                           {"execute", " reset-offsets "},
                           {"export", " reset-offsets "}};

std::string not_with(const char* option, const char* other) {
  return fmt::format("Option \"[{}]\" can't be used with option \"[{}]\"", option, other);
}

bool is_among(const char* action, std::string_view actions) { return actions.find(fmt::format(" {} ", action)) != std::string_view::npos; }

std::optional<std::string> misplaced(const Options& options, const char* action) {
  for (const Rule& rule : kRules)
    if (options.has(rule.option) && !is_among(action, rule.actions)) return not_with(rule.option, action);
  for (const char* scenario : kScenarios)
    if (options.has(scenario) && action != std::string_view("reset-offsets")) return not_with(scenario, action);
  return std::nullopt;
}

std::optional<std::string> misuse_of_describe(const Options& options) {
  const char* chosen = nullptr;
  for (const char* what : {"members", "offsets", "state"}) {
    if (!options.has(what)) continue;
    if (chosen != nullptr) return "Option [describe] takes at most one of these options: [members], [offsets], [state]";
    chosen = what;
  }
  if (!options.text("state").empty()) return "Option [describe] does not take a value for [state]";
  if (options.has("lead") && chosen != nullptr && chosen != std::string_view("offsets")) return not_with("lead", chosen);
  return std::nullopt;
}

std::optional<std::string> misuse_of_reset(const Options& options) {
  if (options.has("dry-run") && options.has("execute")) return "Option [reset-offsets] only accepts one of [execute] and [dry-run]";
  const char* chosen = nullptr;
  for (const char* scenario : kScenarios) {
    if (!options.has(scenario)) continue;
    if (chosen != nullptr) return not_with(chosen, scenario);
    chosen = scenario;
  }
  const bool has_scope = options.has("topic") || options.has("all-topics");
  if (!has_scope && !options.has("from-file")) return "One of the reset scopes should be defined: --all-topics, --topic.";
  if (options.has("topic") && options.has("all-topics")) return not_with("topic", "all-topics");
  if (chosen == nullptr)
    return fmt::format("Option '[reset-offsets]' requires one of the following scenarios: [[{}]]", fmt::join(kScenarios, "], ["));
  return std::nullopt;
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return std::tolower(x) == std::tolower(y); });
}

Result<std::vector<std::string>> parse_names(const std::string& text, std::span<const char* const> known, std::string_view what) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    std::string_view one = std::string_view(text).substr(at, comma - at);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    const auto found = std::find_if(known.begin(), known.end(), [&](const char* name) { return equal_but_for_case(name, one); });
    if (found == known.end())
      return Status::invalid(
          fmt::format("Invalid {} list '{}'. Valid {} are: {}", what, text, what == "state" ? "states" : what, fmt::join(known, ", ")));
    names.emplace_back(*found);
    at = comma + 1;
  }
  return names;
}

}  // namespace

void add_group_options(Options& options) {
  const auto text = [] { return po::value<std::string>(); };
  const auto texts = [] { return po::value<std::vector<std::string>>()->composing(); };
  const auto maybe_text = [] { return po::value<std::string>()->implicit_value(""); };
  const auto number = [] { return po::value<std::int64_t>(); };
  options.add()("bootstrap-server", text(), "brokers to ask, host:port,…")("command-config", text(), "file with client settings")(
      "timeout", number(), "ms to wait for a broker, 30000")("list", "print the ids of consumer groups")(
      "describe", "print offsets, members or state")("delete", "delete groups that have no members")(
      "reset-offsets", "set what a group without members has read")("delete-offsets", "forget what a group has read of a topic")(
      "validate-regex", text(), "say whether a subscription by regular expression would be taken; needs no broker")(
      "group", texts(), "a group; may be given several times")("all-groups", "every consumer group")(
      "offsets", "with --describe: partitions, offsets and lag; the default")("members", "with --describe: who reads what")(
      "state", maybe_text(), "with --describe: coordinator, strategy, state; with --list: only groups in these states, or all with theirs")(
      "type", maybe_text(), "with --list: only groups of these types (classic,consumer), or all with theirs")("verbose", "more columns")(
      "lead", "with --describe: how far the group is from the start of the log, too")(
      "topic", texts(), "a topic, or topic:0,1 for some of its partitions; may be given several times")(
      "all-topics", "every topic of which the group has committed an offset")("dry-run", "only show what --reset-offsets would do")(
      "execute", "do it")("export", "print the offsets as CSV, for --from-file")("to-earliest", "to the start of the log")(
      "to-latest", "to its end")("to-current", "to where the group is, or the end where it is nowhere")(
      "to-offset", number(), "to an offset")("shift-by", number(), "by so many records, back when negative")(
      "to-datetime", text(), "to a time, YYYY-MM-DDTHH:mm:SS.sss[Z|+hh:mm]")("by-duration", text(), "to so long ago, PnDTnHnMnS")(
      "from-file", text(), "to what a CSV file says");
}

std::optional<Arguments> flags_for_words(const Arguments& arguments) {
  for (const Word& word : kWords) {
    if (arguments.empty() || arguments[0] != word.word) continue;
    Arguments flags = arguments;
    flags[0] = word.flag;
    return flags;
  }
  return std::nullopt;
}

Arguments with_joined_values(const Arguments& arguments) {
  Arguments joined;
  for (const std::string& argument : arguments) {
    const bool follows = !joined.empty() && (joined.back() == "--state" || joined.back() == "--type");
    if (follows && !argument.starts_with('-')) {
      joined.back() += "=" + argument;
    } else {
      joined.push_back(argument);
    }
  }
  return joined;
}

std::optional<std::string> group_misuse(const Options& options) {
  const char* action = nullptr;
  std::size_t actions = 0;
  for (const char* one : kActions)
    if (options.has(one)) action = one, ++actions;
  if (actions != 1) return fmt::format("Command must include exactly one action: --{}", fmt::join(kActions, ", --"));
  const std::string_view name = action;
  if (name != "validate-regex" && !options.has("bootstrap-server")) return "Missing required argument \"[bootstrap-server]\"";
  if (options.has("group") && options.has("all-groups")) return not_with("group", "all-groups");
  if (name == "delete-offsets" && !(options.has("group") && options.has("topic")))
    return "Option [delete-offsets] takes the following options: [topic], [group]";
  if (name == "delete-offsets" && options.texts("group").size() != 1) return "Option [delete-offsets] takes one group at a time";
  const bool needs_groups = name == "describe" || name == "delete" || name == "reset-offsets";
  if (needs_groups && !options.has("group") && !options.has("all-groups"))
    return fmt::format("Option [{}] takes one of these options: [all-groups], [group]", name);
  if (name == "delete" && options.has("topic"))
    return "The consumer does not support topic-specific offset deletion from a consumer group.";
  if (auto problem = misplaced(options, action)) return problem;
  if (options.number<std::int64_t>("timeout", 1) < 1) return "--timeout is a number of milliseconds, 1 or more";
  if (name == "describe") return misuse_of_describe(options);
  if (name == "reset-offsets") return misuse_of_reset(options);
  return std::nullopt;
}

Result<std::vector<std::string>> parse_group_states(const std::string& text) {
  constexpr const char* kStates[] = {"PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Empty", "Assigning", "Reconciling"};
  return parse_names(text, kStates, "state");
}

Result<std::vector<std::string>> parse_group_types(const std::string& text) {
  constexpr const char* kTypes[] = {"Classic", "Consumer"};
  return parse_names(text, kTypes, "types");
}

Result<TopicArgument> parse_topic_argument(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return TopicArgument{text, std::nullopt};
  if (colon == 0 || colon + 1 == text.size() || text.find(':', colon + 1) != std::string::npos)
    return Status::invalid(fmt::format("Invalid topic arg '{}', expected topic name and partitions", text));
  TopicArgument argument{text.substr(0, colon), std::vector<std::int32_t>()};
  for (std::size_t at = colon + 1; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    std::int32_t partition = -1;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + comma, partition);
    if (error != std::errc() || end != text.data() + comma || partition < 0)
      return Status::invalid(fmt::format("Invalid partition '{}' specified in topic arg '{}'", text.substr(at, comma - at), text));
    argument.partitions->push_back(partition);
    at = comma + 1;
  }
  return argument;
}

}  // namespace barnabas::tools
