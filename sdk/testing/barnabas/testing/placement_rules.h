// What every placement must do, without a test framework. One thread.
#pragma once

#include <barnabas/testing/placement_cluster.h>
#include <barnabas/testing/rule_sink.h>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace barnabas::testing {

// What a placement may promise beyond an answer that can be used.
struct PlacementPromises {
  bool even = false;   // in a cluster that carries nothing, brokers of one rack or of none lead equal counts, or one more
  bool racks = false;  // a partition has as many racks as replicas, where there are so many racks
};

namespace detail {

inline std::vector<MadeBroker> equal_brokers(std::int32_t count, std::int32_t racks = 0) {
  std::vector<MadeBroker> brokers;
  for (std::int32_t id = 1; id <= count; ++id)
    brokers.push_back({.id = id, .rack = racks == 0 ? "" : "rack-" + std::to_string((id - 1) * racks / count)});
  return brokers;
}

// Some of everything: racks and none, fenced brokers, ids with gaps, any load.
inline std::vector<MadeBroker> odd_brokers(std::uint64_t seed) {
  sdk::SplitMix random(seed);
  const auto below = [&](std::uint64_t limit) { return random.next() % limit; };
  std::vector<MadeBroker> brokers(1 + below(9));
  std::int32_t id = 0;
  for (MadeBroker& broker : brokers) {
    broker.id = id += 1 + static_cast<std::int32_t>(below(3));
    if (below(4) != 0) broker.rack = "rack-" + std::to_string(below(4));
    broker.fenced = below(4) == 0;
    broker.replicas = static_cast<std::int64_t>(below(50));
    broker.leaders = static_cast<std::int64_t>(below(static_cast<std::uint64_t>(broker.replicas) + 1));
  }
  brokers[below(brokers.size())].fenced = false;
  return brokers;
}

inline std::string describe(const MadeCluster& cluster, std::int32_t partitions, std::int32_t replication) {
  return " (" + std::to_string(cluster.brokers().size()) + " brokers, " + std::to_string(partitions) + " partitions of " +
         std::to_string(replication) + " replicas)";
}

inline std::string always_usable(sdk::Placement& placement) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    MadeCluster cluster(odd_brokers(seed));
    for (std::int32_t replication = 1; replication <= static_cast<std::int32_t>(cluster.brokers().size()); ++replication)
      for (const std::int32_t partitions : {0, 1, 7}) {
        const Placed placed = run_placement(placement, cluster, partitions, replication, seed);
        if (!placed.wrong.empty()) return placed.wrong + describe(cluster, partitions, replication);
      }
  }
  return "";
}

inline std::string repeats(sdk::Placement& placement) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    MadeCluster cluster(odd_brokers(seed)), other(odd_brokers(seed + 1));
    const Replicas first = run_placement(placement, cluster, 5, 1, seed).partitions;
    run_placement(placement, other, 3, 1, seed + 1);
    if (run_placement(placement, cluster, 5, 1, seed).partitions != first)
      return "asked again, with the same chances, it answered something else" + describe(cluster, 5, 1);
  }
  return "";
}

inline std::string even(sdk::Placement& placement) {
  for (const std::int32_t brokers : {1, 2, 3, 7})
    for (const std::int32_t partitions : {1, 3, 21, 50}) {
      MadeCluster cluster(equal_brokers(brokers));
      std::map<std::int32_t, int> leads;
      for (const MadeBroker& broker : cluster.brokers()) leads[broker.id] = 0;
      for (const auto& replicas : run_placement(placement, cluster, partitions, 1).partitions)
        if (!replicas.empty()) ++leads[replicas.front()];
      const auto [least, most] =
          std::minmax_element(leads.begin(), leads.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
      if (most->second > least->second + 1)
        return "one broker leads " + std::to_string(most->second) + " partitions and another " + std::to_string(least->second) +
               describe(cluster, partitions, 1);
    }
  return "";
}

inline std::string racks(sdk::Placement& placement) {
  for (const std::int32_t count : {2, 3, 5})
    for (std::int32_t replication = 2; replication <= count; ++replication) {
      MadeCluster cluster(equal_brokers(3 * count, count));
      for (const auto& replicas : run_placement(placement, cluster, 24, replication).partitions) {
        std::set<std::string> used;
        for (const std::int32_t id : replicas)
          if (const MadeBroker* broker = cluster.find(id); broker != nullptr) used.insert(broker->rack);
        if (used.size() != static_cast<std::size_t>(replication))
          return "a partition stands in " + std::to_string(used.size()) + " of " + std::to_string(count) + " racks" +
                 describe(cluster, 24, replication);
      }
    }
  return "";
}

// Ten thousand partitions over a hundred brokers.
inline std::string quick(sdk::Placement& placement) {
  constexpr auto kPatience = std::chrono::seconds(5);
  MadeCluster cluster(equal_brokers(100, 3));
  const auto began = std::chrono::steady_clock::now();
  const Placed placed = run_placement(placement, cluster, 10'000, 3);
  if (!placed.wrong.empty()) return placed.wrong + describe(cluster, 10'000, 3);
  if (std::chrono::steady_clock::now() - began < kPatience) return "";
  return "it took more than 5 s, in which the controller does nothing else" + describe(cluster, 10'000, 3);
}

}  // namespace detail

// Reports each rule once.
inline void check_placement(sdk::Placement& placement, const PlacementPromises& promises, RuleSink& sink) {
  sink.rule("each partition gets so many different brokers, and the first one can lead", [&] { return detail::always_usable(placement); });
  sink.rule("the same cluster and the same chances give the same placement", [&] { return detail::repeats(placement); });
  if (promises.even) sink.rule("brokers that carry nothing lead equally many", [&] { return detail::even(placement); });
  if (promises.racks) sink.rule("replicas of a partition stand in different racks", [&] { return detail::racks(placement); });
  sink.rule("it is quick", [&] { return detail::quick(placement); });
}

}  // namespace barnabas::testing
