// Partitioners that are wrong on purpose: the kit names what is wrong.
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/partitioner_rules.h>

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

namespace barnabas::testing {
namespace {

struct Id {
  static constexpr sdk::Text text() { return "broken"; }
};

template <std::int32_t (*kChoice)(const sdk::TopicView&, std::int32_t)>
struct Broken {
  using Options = sdk::NoOptions;
  Broken(sdk::Host&, const Options&) {}
  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions, const sdk::RecordView&, std::int32_t& partition) {
    partition = kChoice(topic, calls++);
    return {};
  }
  std::int32_t calls = 0;
};

std::int32_t one_too_far(const sdk::TopicView& topic, std::int32_t) { return topic.partition_count; }
std::int32_t negative(const sdk::TopicView&, std::int32_t) { return -1; }
std::int32_t in_turn(const sdk::TopicView& topic, std::int32_t call) { return call % topic.partition_count; }
std::int32_t throwing(const sdk::TopicView&, std::int32_t) { throw std::runtime_error("no idea"); }
std::int32_t always_first(const sdk::TopicView&, std::int32_t) { return 0; }

struct Kept final : RuleSink {
  void report(std::string_view rule, const std::string& why) override { rules[std::string(rule)] = why; }
  std::map<std::string, std::string> rules;
};

template <std::int32_t (*kChoice)(const sdk::TopicView&, std::int32_t)>
std::map<std::string, std::string> checked(EqualKeys keys) {
  ManualHost host;
  sdk::Partitioner::Guarded<Broken<kChoice>, Id> partitioner(host, {});
  Kept kept;
  check_partitioner(partitioner, keys, kept);
  return kept.rules;
}

constexpr char kRange[] = "every choice is a partition of the topic";
constexpr char kTogether[] = "equal keys stay together";

TEST(PartitionerRules, OutOfRangeIsCaught) {
  EXPECT_EQ(checked<one_too_far>(EqualKeys::kMayPart)[kRange],
            "for a record with neither key nor value it chose partition 1 of a topic with 1 partition; only 0 is right");
  EXPECT_EQ(checked<negative>(EqualKeys::kMayPart)[kRange],
            "for a record with neither key nor value it chose partition -1 of a topic with 1 partition; only 0 is right");
}

TEST(PartitionerRules, EqualKeysApartAreCaughtWhereTheyArePromised) {
  auto rules = checked<in_turn>(EqualKeys::kStayTogether);
  EXPECT_NE(rules[kTogether].find("went to partition 0 of 12, and later, with another value, to"), std::string::npos) << rules[kTogether];
  EXPECT_EQ(rules[kRange], "");
  EXPECT_FALSE(checked<in_turn>(EqualKeys::kMayPart).contains(kTogether));
}

TEST(PartitionerRules, ThrowingIsCaught) {
  EXPECT_EQ(checked<throwing>(EqualKeys::kStayTogether)[kTogether], "for the key '?' it failed: plugin 'broken' threw in choose: no idea");
}

// Loses its way after a full batch, and says that it can do everything.
struct Boastful final : sdk::Partitioner {
  sdk::Status choose(const sdk::TopicView& topic, sdk::AvailablePartitions, const sdk::RecordView&,
                     std::int32_t& partition) noexcept override {
    partition = full ? topic.partition_count : 0;
    return {};
  }
  void batch_full(const sdk::TopicView&) noexcept override { full = true; }
  void* find(sdk::Text id) noexcept override { return id == sdk::PartitionLoad::kId ? nullptr : this; }
  bool full = false;
};

TEST(PartitionerRules, WhatAHintBreaksAndWhatIsBoastedOfIsCaught) {
  Boastful boastful;
  Kept kept;
  check_partitioner(boastful, EqualKeys::kMayPart, kept);
  EXPECT_EQ(kept.rules[kRange], "");
  EXPECT_NE(kept.rules["hints may come at any time"].find("after hints about batches and queues, it chose partition 6"), std::string::npos);
  EXPECT_NE(kept.rules["it answers only to the powers that it has"].find("it is to return null"), std::string::npos);
}

TEST(PartitionerRules, WhatIsRightPasses) {
  for (const auto& [rule, why] : checked<always_first>(EqualKeys::kStayTogether)) EXPECT_EQ(why, "") << rule;
}

}  // namespace
}  // namespace barnabas::testing
