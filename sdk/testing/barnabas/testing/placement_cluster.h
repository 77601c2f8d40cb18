// A cluster for placements, made of what a test says. One thread.
#pragma once

#include <barnabas/sdk/placement.h>
#include <barnabas/sdk/split_mix.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::testing {

struct MadeBroker {
  std::int32_t id = -1;
  std::string rack = {};  // empty: it did not say
  bool fenced = false;
  std::int64_t replicas = 0;
  std::int64_t leaders = 0;
};

using Replicas = std::vector<std::vector<std::int32_t>>;

class MadeCluster final : private sdk::PlacementLoad {
 public:
  explicit MadeCluster(std::vector<MadeBroker> brokers) : made_(std::move(brokers)) {
    for (const MadeBroker& one : made_)
      views_.push_back({.id = one.id, .rack = std::string_view(one.rack), .has_rack = !one.rack.empty(), .fenced = one.fenced});
  }
  MadeCluster(const MadeCluster&) = delete;
  MadeCluster& operator=(const MadeCluster&) = delete;

  const std::vector<MadeBroker>& brokers() const { return made_; }
  sdk::PlacementCluster view() { return {views_.data(), views_.size(), this}; }
  // Null where there is none of that id.
  const MadeBroker* find(std::int32_t id) const {
    const auto found = std::find_if(made_.begin(), made_.end(), [&](const MadeBroker& one) { return one.id == id; });
    return found == made_.end() ? nullptr : &*found;
  }

 private:
  std::int64_t replicas(std::size_t broker) noexcept override { return made_[broker].replicas; }
  std::int64_t leaders(std::size_t broker) noexcept override { return made_[broker].leaders; }

  std::vector<MadeBroker> made_;
  std::vector<sdk::PlacementBroker> views_;
};

struct Placed {
  Replicas partitions;
  std::string wrong;  // empty: it can be used
};

inline std::string wrong_with(const std::vector<std::int32_t>& replicas, std::int32_t replication, const MadeCluster& cluster) {
  if (replicas.size() != static_cast<std::size_t>(replication))
    return "it placed " + std::to_string(replicas.size()) + " replicas of a partition instead of " + std::to_string(replication);
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    const MadeBroker* broker = cluster.find(replicas[i]);
    if (broker == nullptr) return "it placed a replica on broker " + std::to_string(replicas[i]) + ", which is not there";
    if (i == 0 && broker->fenced) return "it placed a first replica on broker " + std::to_string(replicas[i]) + ", which is fenced";
    if (std::find(replicas.begin(), replicas.begin() + static_cast<std::ptrdiff_t>(i), replicas[i]) !=
        replicas.begin() + static_cast<std::ptrdiff_t>(i))
      return "it placed two replicas of a partition on broker " + std::to_string(replicas[i]);
  }
  return "";
}

// What the placement says, and the first thing that is wrong with it.
inline Placed run_placement(sdk::Placement& placement, MadeCluster& cluster, std::int32_t partitions, std::int32_t replication,
                            std::uint64_t seed = 1) {
  struct Sink final : sdk::PlacementSink {
    void place(const std::int32_t* brokers, std::size_t count) noexcept override { placed.emplace_back(brokers, brokers + count); }
    Replicas placed;
  } sink;
  sdk::SplitMix random(seed);
  const sdk::Status status = placement.place(cluster.view(), {partitions, replication, &random}, sink);
  Placed answer{std::move(sink.placed), {}};
  if (!status.ok()) {
    answer.wrong = "it failed: " + std::string(std::string_view(status.message()));
  } else if (answer.partitions.size() != static_cast<std::size_t>(partitions)) {
    answer.wrong = "it placed " + std::to_string(answer.partitions.size()) + " partitions instead of " + std::to_string(partitions);
  }
  for (const auto& replicas : answer.partitions)
    if (answer.wrong.empty()) answer.wrong = wrong_with(replicas, replication, cluster);
  return answer;
}

}  // namespace barnabas::testing
