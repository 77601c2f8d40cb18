// New partitions go to the brokers that carry least.
#include <barnabas/sdk/placement.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

namespace sdk = barnabas::sdk;

struct Carrier {
  std::int32_t id;
  bool fenced;
  std::size_t rack;
  std::int64_t replicas;
  std::int64_t leaders;
  bool chosen = false;  // for the partition at hand
};

class LeastPartitions {
 public:
  using Options = sdk::NoOptions;

  LeastPartitions(sdk::Host&, const Options&) {}

  sdk::Status place(const sdk::PlacementCluster& cluster, const sdk::PlacementRequest& request, sdk::PlacementSink& sink) {
    std::vector<Carrier> carriers = carriers_of(cluster);
    for (std::int32_t i = 0; i < request.partition_count; ++i) {
      const std::vector<std::int32_t> replicas = choose(carriers, static_cast<std::size_t>(request.replication));
      sink.place(replicas.data(), replicas.size());
    }
    return {};
  }

 private:
  static std::vector<Carrier> carriers_of(const sdk::PlacementCluster& cluster) {
    std::vector<Carrier> carriers;
    for (std::size_t i = 0; i < cluster.broker_count; ++i) {
      const sdk::PlacementBroker& broker = cluster.brokers[i];
      std::size_t rack = 0;  // racks go by the first broker that stands there
      while (!same_rack(cluster.brokers[rack], broker)) ++rack;
      carriers.push_back({broker.id, broker.fenced, rack, cluster.load->replicas(i), cluster.load->leaders(i)});
    }
    return carriers;
  }

  static bool same_rack(const sdk::PlacementBroker& a, const sdk::PlacementBroker& b) {
    return a.has_rack == b.has_rack && std::string_view(a.rack) == std::string_view(b.rack);
  }

  static std::vector<std::int32_t> choose(std::vector<Carrier>& carriers, std::size_t replication) {
    for (Carrier& carrier : carriers) carrier.chosen = false;
    std::vector<std::size_t> in_rack(carriers.size());  // replicas of this partition
    std::vector<std::int32_t> replicas;
    while (replicas.size() < replication) {
      const bool leads = replicas.empty();
      Carrier& next = *std::ranges::min_element(carriers, {}, [&](const Carrier& carrier) {
        return std::tuple(carrier.chosen, carrier.fenced, in_rack[carrier.rack], leads ? carrier.leaders : 0, carrier.replicas, carrier.id);
      });
      next.chosen = true;
      ++next.replicas;
      if (leads) ++next.leaders;
      ++in_rack[next.rack];
      replicas.push_back(next.id);
    }
    return replicas;
  }
};

}  // namespace

BARNABAS_PLUGIN(Placement, LeastPartitions, "least_partitions", "1.0.0",
                "Gives new partitions to the brokers that carry least, racks apart.")
