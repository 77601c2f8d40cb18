#include "kernel/host/checked_placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>

namespace barnabas::host {
namespace {

class CheckingSink final : public sdk::PlacementSink {
 public:
  CheckingSink(const sdk::PlacementCluster& cluster, const sdk::PlacementRequest& request) : cluster_(cluster), request_(request) {}

  void place(const std::int32_t* brokers, std::size_t count) noexcept override {
    if (!wrong_.empty()) return;
    const std::size_t partition = placed_.size();
    if (partition == static_cast<std::size_t>(request_.partition_count))
      return refuse(fmt::format("places more than the {} partition(s) that it was asked for", request_.partition_count));
    if (count != static_cast<std::size_t>(request_.replication))
      return refuse(fmt::format("gives partition {} of the request {} replica(s) instead of {}", partition, count, request_.replication));
    const std::span<const std::int32_t> ids(brokers, count);
    for (std::size_t i = 0; i < count; ++i) {
      const sdk::PlacementBroker* broker = find(ids[i]);
      if (broker == nullptr) return refuse(fmt::format("places a replica on broker {}, which takes none", ids[i]));
      if (i == 0 && broker->fenced) return refuse(fmt::format("has broker {} lead, which is fenced", ids[i]));
      if (std::count(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(i), ids[i]) != 0)
        return refuse(fmt::format("places two replicas of a partition on broker {}", ids[i]));
    }
    placed_.emplace_back(ids.begin(), ids.end());
  }

  std::string wrong() const {
    if (!wrong_.empty() || placed_.size() == static_cast<std::size_t>(request_.partition_count)) return wrong_;
    return fmt::format("places {} of the {} partition(s) that it was asked for", placed_.size(), request_.partition_count);
  }
  Replicas take() { return std::move(placed_); }

 private:
  void refuse(std::string what) { wrong_ = std::move(what); }

  const sdk::PlacementBroker* find(std::int32_t id) const {
    const auto* const end = cluster_.brokers + cluster_.broker_count;
    const auto* const at =
        std::lower_bound(cluster_.brokers, end, id, [](const auto& broker, std::int32_t wanted) { return broker.id < wanted; });
    return at != end && at->id == id ? at : nullptr;
  }

  const sdk::PlacementCluster& cluster_;
  const sdk::PlacementRequest& request_;
  Replicas placed_;
  std::string wrong_;
};

}  // namespace

Result<Replicas> place_checked(sdk::Placement& placement, std::string_view name, const sdk::PlacementCluster& cluster,
                               const sdk::PlacementRequest& request) {
  CheckingSink sink(cluster, request);
  if (Status status = placement.place(cluster, request, sink); !status.ok()) return status;
  if (const std::string wrong = sink.wrong(); !wrong.empty()) return Status::invalid(fmt::format("placement '{}' {}", name, wrong));
  return sink.take();
}

}  // namespace barnabas::host
