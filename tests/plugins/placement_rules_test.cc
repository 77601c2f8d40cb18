// Placements that are wrong on purpose: the kit names what is wrong.
#include <barnabas/testing/manual_host.h>
#include <barnabas/testing/placement_rules.h>

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

namespace barnabas::testing {
namespace {

struct Id {
  static constexpr sdk::Text text() { return "broken"; }
};

// The replicas of partition `i`, of brokers that are not fenced and of those that are.
using Choose = std::vector<std::int32_t> (*)(std::vector<std::int32_t> live, std::vector<std::int32_t> fenced, std::size_t i,
                                             std::size_t count);

template <Choose kChoose>
struct Broken {
  using Options = sdk::NoOptions;
  Broken(sdk::Host&, const Options&) {}
  sdk::Status place(const sdk::PlacementCluster& cluster, const sdk::PlacementRequest& request, sdk::PlacementSink& sink) {
    std::vector<std::int32_t> live, fenced;
    for (std::size_t i = 0; i < cluster.broker_count; ++i) (cluster.brokers[i].fenced ? fenced : live).push_back(cluster.brokers[i].id);
    for (std::int32_t i = 0; i < request.partition_count; ++i) {
      const auto replicas = kChoose(live, fenced, static_cast<std::size_t>(i), static_cast<std::size_t>(request.replication));
      sink.place(replicas.data(), replicas.size());
    }
    return {};
  }
};

using Ids = std::vector<std::int32_t>;

Ids in_turn(Ids live, Ids fenced, std::size_t i, std::size_t count) {
  std::rotate(live.begin(), live.begin() + static_cast<std::ptrdiff_t>(i % live.size()), live.end());
  live.insert(live.end(), fenced.begin(), fenced.end());
  live.resize(count);
  return live;
}
Ids always_the_same(Ids live, Ids fenced, std::size_t, std::size_t count) { return in_turn(std::move(live), std::move(fenced), 0, count); }
Ids only_one(Ids live, Ids, std::size_t, std::size_t) { return {live.front()}; }
Ids twice(Ids live, Ids, std::size_t, std::size_t count) { return Ids(count, live.front()); }
Ids somebody_else(Ids, Ids, std::size_t, std::size_t count) { return Ids(count, 1000); }
Ids fenced_first(Ids live, Ids fenced, std::size_t i, std::size_t count) {
  if (fenced.empty()) return in_turn(std::move(live), {}, i, count);
  fenced.insert(fenced.end(), live.begin(), live.end());
  fenced.resize(count);
  return fenced;
}
Ids another_each_time(Ids live, Ids fenced, std::size_t, std::size_t count) {
  static std::size_t calls = 0;
  return in_turn(std::move(live), std::move(fenced), calls++, count);
}
Ids throwing(Ids, Ids, std::size_t, std::size_t) { throw std::runtime_error("no idea"); }

struct Kept final : RuleSink {
  void report(std::string_view rule, const std::string& why) override { rules[std::string(rule)] = why; }
  std::map<std::string, std::string> rules;
};

template <Choose kChoose>
std::map<std::string, std::string> checked(const PlacementPromises& promises = {}) {
  ManualHost host;
  sdk::Placement::Guarded<Broken<kChoose>, Id> placement(host, {});
  Kept kept;
  check_placement(placement, promises, kept);
  return kept.rules;
}

constexpr char kUsable[] = "each partition gets so many different brokers, and the first one can lead";

TEST(PlacementRules, WhatCannotBeUsedIsCaught) {
  EXPECT_NE(checked<only_one>()[kUsable].find("it placed 1 replicas of a partition instead of 2"), std::string::npos);
  EXPECT_NE(checked<twice>()[kUsable].find("it placed two replicas of a partition on broker"), std::string::npos);
  EXPECT_NE(checked<somebody_else>()[kUsable].find("on broker 1000, which is not there"), std::string::npos);
  EXPECT_NE(checked<fenced_first>()[kUsable].find("which is fenced"), std::string::npos);
  EXPECT_NE(checked<throwing>()[kUsable].find("it failed: plugin 'broken' threw in place: no idea"), std::string::npos);
}

TEST(PlacementRules, AnotherAnswerEachTimeIsCaught) {
  EXPECT_NE(checked<another_each_time>()["the same cluster and the same chances give the same placement"], "");
}

TEST(PlacementRules, BrokenPromisesAreCaught) {
  EXPECT_NE(checked<always_the_same>({.even = true})["brokers that carry nothing lead equally many"], "");
  EXPECT_NE(checked<always_the_same>({.racks = true})["replicas of a partition stand in different racks"], "");
  EXPECT_EQ(checked<always_the_same>().size(), 3u) << "what is not promised is not asked for";
}

TEST(PlacementRules, WhatIsRightPasses) {
  for (const auto& [rule, why] : checked<in_turn>({.even = true})) EXPECT_EQ(why, "") << rule;
}

}  // namespace
}  // namespace barnabas::testing
