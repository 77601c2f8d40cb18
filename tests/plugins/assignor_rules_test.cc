// Assignors that are wrong on purpose: the kit names what is wrong.
#include <barnabas/testing/assignor_rules.h>
#include <barnabas/testing/manual_host.h>

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

namespace barnabas::testing {
namespace {

struct Id {
  static constexpr sdk::Text text() { return "broken"; }
};

using Assign = void (*)(const sdk::AssignorGroup& group, sdk::AssignorSink& sink, int calls);

template <Assign kAssign>
struct Broken {
  using Options = sdk::NoOptions;
  Broken(sdk::Host&, const Options&) {}
  sdk::Status assign(const sdk::AssignorGroup& group, sdk::AssignorSink& sink) {
    kAssign(group, sink, calls++);
    return {};
  }
  int calls = 0;
};

// `choose(readers, topic, partition)`: who of the members that read it; nobody: all of them.
template <class Choose>
void each_partition(const sdk::AssignorGroup& group, sdk::AssignorSink& sink, Choose&& choose) {
  for (std::size_t t = 0; t < group.topic_count; ++t) {
    std::vector<std::size_t> readers;
    for (std::size_t m = 0; m < group.member_count; ++m) {
      const sdk::AssignorMember& member = group.members[m];
      if (std::binary_search(member.topics, member.topics + member.topic_count, static_cast<std::int32_t>(t))) readers.push_back(m);
    }
    for (std::int32_t p = 0; !readers.empty() && p < group.topics[t].partition_count; ++p)
      sink.assign(readers[choose(readers.size(), p) % readers.size()], {static_cast<std::int32_t>(t), p});
  }
}

void none(const sdk::AssignorGroup&, sdk::AssignorSink&, int) {}
void first_reader(const sdk::AssignorGroup& group, sdk::AssignorSink& sink, int) {
  each_partition(group, sink, [](std::size_t, std::int32_t) { return std::size_t{0}; });
}
void in_turn(const sdk::AssignorGroup& group, sdk::AssignorSink& sink, int) {
  each_partition(group, sink, [](std::size_t, std::int32_t p) { return static_cast<std::size_t>(p); });
}
void another_each_time(const sdk::AssignorGroup& group, sdk::AssignorSink& sink, int calls) {
  each_partition(group, sink, [&](std::size_t, std::int32_t p) { return static_cast<std::size_t>(p + calls); });
}
void twice(const sdk::AssignorGroup& group, sdk::AssignorSink& sink, int) {
  first_reader(group, sink, 0);
  first_reader(group, sink, 0);
}
void without_asking_who_reads(const sdk::AssignorGroup& group, sdk::AssignorSink& sink, int) {
  for (std::size_t t = 0; group.member_count != 0 && t < group.topic_count; ++t)
    for (std::int32_t p = 0; p < group.topics[t].partition_count; ++p) sink.assign(0, {static_cast<std::int32_t>(t), p});
}
void one_too_far(const sdk::AssignorGroup& group, sdk::AssignorSink& sink, int) {
  if (group.member_count != 0 && group.topic_count != 0) sink.assign(0, {0, group.topics[0].partition_count});
}
void throwing(const sdk::AssignorGroup&, sdk::AssignorSink&, int) { throw std::runtime_error("no idea"); }

struct Kept final : RuleSink {
  void report(std::string_view rule, const std::string& why) override { rules[std::string(rule)] = why; }
  std::map<std::string, std::string> rules;
};

template <Assign kAssign>
std::map<std::string, std::string> checked(const AssignorPromises& promises = {}) {
  ManualHost host;
  sdk::Assignor::Guarded<Broken<kAssign>, Id> assignor(host, {});
  Kept kept;
  check_assignor(assignor, promises, kept);
  return kept.rules;
}

constexpr char kUsable[] = "each partition that somebody reads goes to one of its readers";
constexpr char kRepeats[] = "the same group gets the same assignment";

TEST(AssignorRules, WhatCannotBeUsedIsCaught) {
  EXPECT_EQ(checked<none>()[kUsable], "it left out topic-1000-0 (1 members, 1 topics)");
  EXPECT_EQ(checked<twice>()[kUsable], "it assigned topic-1000-0 twice (1 members, 1 topics)");
  EXPECT_EQ(checked<one_too_far>()[kUsable], "it assigned topic-1000-0, which is not there (1 members, 1 topics)");
  EXPECT_NE(checked<without_asking_who_reads>()[kUsable].find("which is not subscribed to it"), std::string::npos);
  EXPECT_EQ(checked<throwing>()[kUsable], "it failed: plugin 'broken' threw in assign: no idea (1 members, 1 topics)");
}

TEST(AssignorRules, AnotherAnswerEachTimeIsCaught) { EXPECT_NE(checked<another_each_time>()[kRepeats], ""); }

TEST(AssignorRules, BrokenPromisesAreCaught) {
  auto rules = checked<first_reader>({.even_topics = true, .even_members = true, .keeps = true});
  EXPECT_NE(rules["each topic is shared evenly by its readers"], "");
  EXPECT_NE(rules["members that read the same get even shares"], "");
  EXPECT_EQ(checked<first_reader>().size(), 4u) << "what is not promised is not asked for";
  EXPECT_NE(checked<in_turn>({.keeps = true})["only what must move does"], "");
}

TEST(AssignorRules, WhatIsRightPasses) {
  for (const auto& [rule, why] : checked<in_turn>({.even_topics = true})) EXPECT_EQ(why, "") << rule;
}

}  // namespace
}  // namespace barnabas::testing
