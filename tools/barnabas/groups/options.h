// The flags of `barnabas groups` / kafka-consumer-groups.sh, the words that stand for some of them, and what goes together. Pure.
#pragma once

#include <optional>
#include <string>

#include "kernel/base/result.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {

void add_group_options(Options& options);

// "describe g --members" as "--describe g --members". Nothing: the word is none of them.
std::optional<Arguments> flags_for_words(const Arguments& arguments);

// --state and --type may stand alone or before a value, which is then joined to them.
Arguments with_joined_values(const Arguments& arguments);

// What cannot be meant, in the words of Kafka's tool. Nothing: exactly one action was asked for, with what belongs to it.
std::optional<std::string> group_misuse(const Options& options);

// "stable, Empty" as the states' own names. kInvalid, with the names that there are.
Result<std::vector<std::string>> parse_group_states(const std::string& text);
Result<std::vector<std::string>> parse_group_types(const std::string& text);

// "topic:0,1" or "topic".
struct TopicArgument {
  std::string topic;
  std::optional<std::vector<std::int32_t>> partitions;  // nothing: all
};
Result<TopicArgument> parse_topic_argument(const std::string& text);

}  // namespace barnabas::tools
