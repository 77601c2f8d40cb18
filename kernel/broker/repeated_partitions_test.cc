#include "kernel/broker/repeated_partitions.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace barnabas::broker {
namespace {

// A piece is over whenever somebody asks.
struct RunningClock final : sdk::Clock {
  std::int64_t mono_ns() noexcept override { return now += 10; }
  std::int64_t wall_ms() noexcept override { return 0; }
  std::int64_t now = 0;
};

RunningClock clock;
int pauses = 0;

using Named = std::vector<std::pair<std::string, std::vector<std::int32_t>>>;

// Of each topic those that are named more than once, as they are named.
Named repeated(const Named& named) {
  base::Arena arena;
  std::size_t partitions = 0;
  for (const auto& [topic, indexes] : named) partitions += indexes.size();
  RepeatedPartitions all(arena, partitions);
  std::vector<std::uint32_t> numbers;
  for (const auto& [topic, indexes] : named) {
    numbers.push_back(all.number_of(topic));
    for (const std::int32_t index : indexes) all.note(numbers.back(), index);
  }
  const base::Piece piece(clock, 1);
  while (!all.settle(piece)) ++pauses;
  Named found;
  for (std::size_t i = 0; i < named.size(); ++i) {
    auto& [topic, indexes] = found.emplace_back(named[i].first, std::vector<std::int32_t>());
    for (const std::int32_t index : named[i].second)
      if (all.contains(numbers[i], index)) indexes.push_back(index);
  }
  return found;
}

TEST(RepeatedPartitions, WhatIsNamedOnceIsNot) {
  EXPECT_EQ(repeated({}), Named());
  EXPECT_EQ(repeated({{"a", {0, 1, 2}}, {"b", {0, 1}}, {"", {}}}), (Named{{"a", {}}, {"b", {}}, {"", {}}}));
}

TEST(RepeatedPartitions, WithinATopicAndOverSeveralOfItsName) {
  EXPECT_EQ(repeated({{"a", {3, 0, 3, -1, 3}}, {"b", {0, 7}}, {"a", {-1, 5}}, {"b", {7}}}),
            (Named{{"a", {3, 3, -1, 3}}, {"b", {7}}, {"a", {-1}}, {"b", {7}}}));
}

TEST(RepeatedPartitions, OfManyTopicsWithOneEach) {
  Named named;
  for (int i = 0; i < 3000; ++i) named.push_back({"topic-" + std::to_string(i % 2000), {i % 2000}});
  std::size_t count = 0;
  for (const auto& [topic, indexes] : repeated(named)) count += indexes.size();
  EXPECT_EQ(count, 2000U);
}

TEST(RepeatedPartitions, AreSortedInPieces) {
  Named named = {{"a", {}}};
  for (std::int32_t i = 0; i < 3000; ++i) named[0].second.push_back(i * 7919 % 2000);  // each of the first thousand twice
  pauses = 0;
  EXPECT_EQ(repeated(named)[0].second.size(), 2000U);
  EXPECT_GT(pauses, 3000 / 64);
}

}  // namespace
}  // namespace barnabas::broker
