#include "tools/barnabas/groups/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barnabas::tools {
namespace {

using testing::ElementsAre;

// What is wrong with a command line; empty: nothing.
std::string misuse(Arguments arguments, bool with_server = true) {
  if (with_server) arguments.insert(arguments.end(), {"--bootstrap-server", "h:1"});
  Options options("usage");
  add_group_options(options);
  if (options.parse(with_joined_values(arguments))) return "not parsed";
  return group_misuse(options).value_or("");
}

TEST(GroupOptions, WhatKafkaTakesIsTaken) {
  for (const Arguments& arguments : std::vector<Arguments>{{"--list"},
                                                           {"--list", "--state"},
                                                           {"--list", "--state", "Stable,empty", "--type"},
                                                           {"--describe", "--group", "a", "--group", "b"},
                                                           {"--describe", "--all-groups", "--members", "--verbose"},
                                                           {"--describe", "--group", "a", "--state"},
                                                           {"--describe", "--group", "a", "--offsets", "--lead"},
                                                           {"--delete", "--group", "a"},
                                                           {"--delete-offsets", "--group", "a", "--topic", "t"},
                                                           {"--reset-offsets", "--group", "a", "--topic", "t:0", "--shift-by", "-3"},
                                                           {"--reset-offsets", "--all-groups", "--all-topics", "--to-latest", "--execute"},
                                                           {"--reset-offsets", "--group", "a", "--from-file", "f", "--export"}})
    EXPECT_EQ(misuse(arguments), "") << testing::PrintToString(arguments);
  EXPECT_EQ(misuse({"--validate-regex", "a.*"}, false), "");
}

TEST(GroupOptions, WhatCannotBeMeantIsSaidInKafkasWords) {
  const std::pair<Arguments, std::string> kCases[] = {
      {{}, "Command must include exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets, --validate-regex"},
      {{"--describe"}, "Option [describe] takes one of these options: [all-groups], [group]"},
      {{"--describe", "--group", "a", "--all-groups"}, "Option \"[group]\" can't be used with option \"[all-groups]\""},
      {{"--describe", "--group", "a", "--members", "--state"},
       "Option [describe] takes at most one of these options: [members], [offsets], [state]"},
      {{"--describe", "--group", "a", "--state", "Stable"}, "Option [describe] does not take a value for [state]"},
      {{"--describe", "--group", "a", "--topic", "t"}, "Option \"[topic]\" can't be used with option \"[describe]\""},
      {{"--list", "--group", "a"}, "Option \"[group]\" can't be used with option \"[list]\""},
      {{"--list", "--execute"}, "Option \"[execute]\" can't be used with option \"[list]\""},
      {{"--delete", "--group", "a", "--topic", "t"}, "The consumer does not support topic-specific offset deletion from a consumer group."},
      {{"--delete-offsets", "--group", "a"}, "Option [delete-offsets] takes the following options: [topic], [group]"},
      {{"--reset-offsets", "--topic", "t", "--to-latest"}, "Option [reset-offsets] takes one of these options: [all-groups], [group]"},
      {{"--reset-offsets", "--group", "a", "--to-latest"}, "One of the reset scopes should be defined: --all-topics, --topic."},
      {{"--reset-offsets", "--group", "a", "--topic", "t", "--to-latest", "--dry-run", "--execute"},
       "Option [reset-offsets] only accepts one of [execute] and [dry-run]"},
      {{"--reset-offsets", "--group", "a", "--topic", "t", "--to-latest", "--to-earliest"},
       "Option \"[to-earliest]\" can't be used with option \"[to-latest]\""}};
  for (const auto& [arguments, said] : kCases) EXPECT_EQ(misuse(arguments), said);
  EXPECT_THAT(misuse({"--reset-offsets", "--group", "a", "--topic", "t"}), testing::HasSubstr("requires one of the following scenarios"));
  EXPECT_EQ(misuse({"--list"}, false), "Missing required argument \"[bootstrap-server]\"");
}

TEST(GroupOptions, WordsStandForFlags) {
  EXPECT_EQ(flags_for_words({"describe", "g", "--members"}), (Arguments{"--describe", "g", "--members"}));
  EXPECT_EQ(flags_for_words({"reset", "g"}), (Arguments{"--reset-offsets", "g"}));
  EXPECT_EQ(flags_for_words({"lst"}), std::nullopt);
}

TEST(GroupOptions, StatesAndTypesAreTakenInAnyCase) {
  auto states = parse_group_states("stable, EMPTY");
  ASSERT_TRUE(states.ok());
  EXPECT_THAT(*states, ElementsAre("Stable", "Empty"));
  auto types = parse_group_types("consumer,Classic");
  ASSERT_TRUE(types.ok());
  EXPECT_THAT(*types, ElementsAre("Consumer", "Classic"));
  EXPECT_EQ(message_of(parse_group_types("share").status()), "Invalid types list 'share'. Valid types are: Classic, Consumer");
  EXPECT_FALSE(parse_group_states("Stable,").ok());
}

TEST(GroupOptions, TopicsMayNamePartitions) {
  auto all = parse_topic_argument("t");
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->partitions, std::nullopt);
  auto some = parse_topic_argument("t:0,12");
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(some->topic, "t");
  EXPECT_THAT(*some->partitions, ElementsAre(0, 12));
  for (const char* text : {"t:", ":0", "a:b:c", "t:x", "t:0,", "t:-1", "t:99999999999"})
    EXPECT_FALSE(parse_topic_argument(text).ok()) << text;
}

}  // namespace
}  // namespace barnabas::tools
