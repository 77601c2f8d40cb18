// A placement for tests of the controller: brokers that are not fenced, one after another from the one with the smallest id, then the
// others. It keeps what it was told. One thread.
#pragma once

#include <barnabas/sdk/placement.h>

#include <algorithm>
#include <string>
#include <vector>

namespace barnabas::controller {

class InTurn : public sdk::Placement {
 public:
  struct Told {
    std::int32_t id;
    std::string rack;
    bool fenced;
    std::int64_t replicas;
    std::int64_t leaders;

    friend bool operator==(const Told&, const Told&) = default;
  };

  sdk::Status place(const sdk::PlacementCluster& cluster, const sdk::PlacementRequest& request,
                    sdk::PlacementSink& sink) noexcept override {
    told.clear();
    for (std::size_t i = 0; i < cluster.broker_count; ++i) {
      const sdk::PlacementBroker& broker = cluster.brokers[i];
      told.push_back(
          {broker.id, std::string(std::string_view(broker.rack)), broker.fenced, cluster.load->replicas(i), cluster.load->leaders(i)});
    }
    std::vector<std::int32_t> live, fenced;
    for (const Told& broker : told) (broker.fenced ? fenced : live).push_back(broker.id);
    for (std::int32_t i = 0; i < request.partition_count; ++i) {
      std::vector<std::int32_t> replicas = live;
      std::rotate(replicas.begin(), replicas.begin() + i % static_cast<std::int32_t>(live.size()), replicas.end());
      replicas.insert(replicas.end(), fenced.begin(), fenced.end());
      replicas.resize(static_cast<std::size_t>(request.replication));
      if (broken) replicas.back() = 1000;
      sink.place(replicas.data(), replicas.size());
    }
    return {};
  }

  std::vector<Told> told;
  bool broken = false;  // places a replica on a broker that is not there
};

}  // namespace barnabas::controller
