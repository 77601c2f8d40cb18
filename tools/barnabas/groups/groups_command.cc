// barnabas groups / kafka-consumer-groups.sh: consumer groups and their offsets, with Kafka's flags and output; and what is our own, as
// words.
#include <fmt/format.h>

#include <cstdio>

#include "kernel/config/findings.h"
#include "kernel/group/consumer/topic_regex.h"
#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/groups/options.h"
#include "tools/barnabas/groups/own.h"
#include "tools/barnabas/groups/session.h"

namespace barnabas::tools {
namespace {

constexpr const char* kUsage =
    "usage: barnabas groups list|describe|delete|delete-offsets|reset [GROUP…] --bootstrap-server HOST:PORT [OPTIONS]\n"
    "       barnabas groups why GROUP --bootstrap-server HOST:PORT\n"
    "       barnabas groups move-offsets GROUP --to STORE [--dry-run] --bootstrap-server HOST:PORT\n"
    "       barnabas groups validate-regex REGEX\n"
    "       kafka-consumer-groups.sh --bootstrap-server HOST:PORT --list|--describe|--delete|--delete-offsets|--reset-offsets [OPTIONS]\n"
    "A group that is not there, or not free to be changed, makes the words end with 1; with Kafka's flags the exit code is 0, as Kafka's "
    "is.";

struct Action {
  const char* flag;
  Status (*run)(GroupSession&);
};
constexpr Action kActions[] = {{"list", list_groups},
                               {"describe", describe_groups},
                               {"delete", delete_groups},
                               {"delete-offsets", delete_group_offsets},
                               {"reset-offsets", reset_group_offsets}};

int run(const Options& options, bool as_words) {
  const auto fail = [&](const Status& status) {
    if (status.code() == Code::kInvalid) return options.refuse(std::string(message_of(status)));
    fmt::print("\nError: Executing consumer group command failed due to {}\n", message_of(status));
    return as_words ? 1 : 0;
  };
  auto properties = read_properties(options, {.file = "command-config"});
  if (!properties) return fail(properties.status());
  if (Status status = check_client_properties(*properties); !status.ok()) return fail(status);
  const auto timeout_ms = options.number<std::int64_t>("timeout", 30'000);
  auto client = BlockingClient::make(options.text("bootstrap-server"), "groups", timeout_ms);
  if (!client) return fail(client.status());
  GroupSession session{options, **client, GroupReader(**client, timeout_ms)};
  for (const Action& action : kActions)
    if (options.has(action.flag))
      if (Status status = action.run(session); !status.ok()) return fail(status);
  return session.failed && as_words ? 1 : 0;
}

int validate_regex(const std::string& regex) {
  const auto refusal = group::regex_refusal(regex);
  fmt::print("The regular expression `{}` is {}.\n", regex, refusal ? "invalid: " + *refusal : "valid");
  return 0;
}

}  // namespace

int groups_command(const Arguments& arguments) {
  const bool as_words = !arguments.empty() && !arguments[0].starts_with('-');
  if (as_words && arguments[0] == "why") return group_why({arguments.begin() + 1, arguments.end()});
  if (as_words && arguments[0] == "move-offsets") return group_move_offsets({arguments.begin() + 1, arguments.end()});
  Options options(kUsage);
  add_group_options(options);
  const auto flags = as_words ? flags_for_words(arguments) : std::optional(arguments);
  if (!flags)
    return options.refuse(fmt::format("barnabas groups: there is no '{}'{}", arguments[0],
                                      config::did_you_mean(arguments[0], {"list", "describe", "delete", "delete-offsets", "reset",
                                                                          "validate-regex", "why", "move-offsets"})));
  if (as_words) options.take_words_as("group");
  if (const auto code = options.parse(with_joined_values(*flags))) return *code;
  if (const auto problem = group_misuse(options)) return options.refuse(*problem);
  if (options.has("validate-regex")) return validate_regex(options.text("validate-regex"));
  return run(options, as_words);
}

}  // namespace barnabas::tools
