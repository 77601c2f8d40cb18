// Leads each new partition on the next broker that is there, and copies it to those behind that one. Change place() to a rule of your own.
#include <barnabas/sdk/placement.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

namespace sdk = barnabas::sdk;

class MyPluginPlacement {
 public:
  using Options = sdk::NoOptions;

  MyPluginPlacement(sdk::Host&, const Options&) {}

  // For each partition so many different brokers, the first of which is not fenced. cluster.load says what brokers carry already.
  sdk::Status place(const sdk::PlacementCluster& cluster, const sdk::PlacementRequest& request, sdk::PlacementSink& sink) {
    std::vector<std::int32_t> live, fenced;
    for (std::size_t i = 0; i < cluster.broker_count; ++i) {
      const sdk::PlacementBroker& broker = cluster.brokers[i];
      (broker.fenced ? fenced : live).push_back(broker.id);
    }
    for (std::int32_t i = 0; i < request.partition_count; ++i) {
      std::vector<std::int32_t> replicas = live;
      std::rotate(replicas.begin(), replicas.begin() + i % static_cast<std::int32_t>(live.size()), replicas.end());
      replicas.insert(replicas.end(), fenced.begin(), fenced.end());
      sink.place(replicas.data(), static_cast<std::size_t>(request.replication));
    }
    return {};
  }
};

}  // namespace

BARNABAS_PLUGIN(Placement, MyPluginPlacement, "my_plugin", "0.1.0", "Leads each new partition on the next broker.")
