#include "kernel/controller/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "kernel/catalog/features.h"

namespace barnabas::controller {
namespace {

std::vector<Uuid> open_directories(const catalog::Broker& broker) {
  std::vector<Uuid> open;
  for (const Uuid& directory : broker.directories) {
    const auto& cordoned = broker.cordoned_directories;
    if (!cordoned || std::find(cordoned->begin(), cordoned->end(), directory) == cordoned->end()) open.push_back(directory);
  }
  return open;
}

bool is_usable(const catalog::Broker& broker) {
  return !broker.in_controlled_shutdown && (broker.directories.empty() || !open_directories(broker).empty());
}

// Brokers that may be given replicas, as a placement sees them.
class Candidates final : private sdk::PlacementLoad {
 public:
  explicit Candidates(const catalog::Image& image) : image_(image) {
    for (const auto& [id, broker] : image.brokers()) {
      if (!is_usable(*broker)) continue;
      sdk::PlacementBroker& view = brokers_.emplace_back();
      view.id = id;
      view.has_rack = broker->rack.has_value();
      if (broker->rack) view.rack = std::string_view(*broker->rack);
      view.fenced = broker->fenced;
    }
  }

  std::size_t size() const { return brokers_.size(); }
  bool all_are_fenced() const { return std::ranges::all_of(brokers_, &sdk::PlacementBroker::fenced); }
  sdk::PlacementCluster view() { return {brokers_.data(), brokers_.size(), this}; }

 private:
  struct Carried {
    std::int64_t replicas = 0;
    std::int64_t leaders = 0;
  };

  // Most placements never ask, and there may be very many partitions.
  const Carried& of(std::size_t broker) {
    if (!is_counted_) {
      is_counted_ = true;
      image_.each_topic([&](const catalog::Topic& topic) {
        for (const auto& partition : topic.partitions) {
          for (const std::int32_t id : partition->replicas) ++carried_[id].replicas;
          if (partition->leader != catalog::kNoLeader) ++carried_[partition->leader].leaders;
        }
      });
    }
    return carried_[brokers_[broker].id];
  }
  std::int64_t replicas(std::size_t broker) noexcept override { return of(broker).replicas; }
  std::int64_t leaders(std::size_t broker) noexcept override { return of(broker).leaders; }

  const catalog::Image& image_;
  std::vector<sdk::PlacementBroker> brokers_;
  std::unordered_map<std::int32_t, Carried> carried_;
  bool is_counted_ = false;
};

}  // namespace

Result<host::Replicas> place(Draft& draft, std::int32_t partitions, std::int16_t replication) {
  Candidates candidates(draft.now());
  if (candidates.all_are_fenced()) return Status::error(Code::kExhausted, "All brokers are currently fenced.");
  if (static_cast<std::size_t>(replication) > candidates.size())
    return Status::error(Code::kExhausted,
                         fmt::format("The target replication factor of {} cannot be reached because only {} broker(s) are registered.",
                                     replication, candidates.size()));
  return host::place_checked(*draft.around.placement, draft.around.placement_name, candidates.view(),
                             {partitions, replication, &draft.around.random});
}

Uuid directory_for(const catalog::Image& image, std::int32_t broker, sdk::Random& random) {
  if (!catalog::allows_directories(image.metadata_version())) return catalog::kMigratingDirectory;
  const catalog::Broker* registration = image.broker(broker);
  if (registration == nullptr) return catalog::kUnassignedDirectory;
  const std::vector<Uuid> open = open_directories(*registration);
  if (open.empty()) return catalog::kUnassignedDirectory;
  return open[static_cast<std::size_t>(random.next() % open.size())];
}

}  // namespace barnabas::controller
