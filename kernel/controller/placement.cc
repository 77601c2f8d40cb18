#include "kernel/controller/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

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

}  // namespace

void Placement::Brokers::begin_at_random(sdk::Random& random) {
  if (!ids_.empty()) offset_ = static_cast<std::size_t>(random.next() % ids_.size());
}

std::int32_t Placement::Brokers::next(std::uint64_t round) {
  if (ids_.empty()) return -1;
  if (round_ != round) {
    round_ = round;
    given_ = 0;
    offset_ = (offset_ + 1) % ids_.size();
  }
  if (given_ == ids_.size()) return -1;
  return ids_[(given_++ + offset_) % ids_.size()];
}

std::int32_t Placement::Rack::next(std::uint64_t round) {
  const std::int32_t broker = unfenced.next(round);
  return broker >= 0 ? broker : fenced.next(round);
}

Placement::Placement(const catalog::Image& image, sdk::Random& random) {
  std::map<std::optional<std::string>, Rack> racks;
  for (const auto& [id, broker] : image.brokers()) {
    if (!is_usable(*broker)) continue;
    (broker->fenced ? racks[broker->rack].fenced : racks[broker->rack].unfenced).add(id);
    ++broker_count_;
    if (!broker->fenced) ++unfenced_count_;
  }
  for (auto& [name, rack] : racks) {
    rack.unfenced.begin_at_random(random);
    rack.fenced.begin_at_random(random);
    racks_.push_back(std::move(rack));
  }
  if (!racks_.empty()) offset_ = static_cast<std::size_t>(random.next() % racks_.size());
}

Result<std::vector<std::int32_t>> Placement::place(std::int16_t replication) {
  if (unfenced_count_ == 0) return Status::error(Code::kExhausted, "All brokers are currently fenced.");
  if (static_cast<std::size_t>(replication) > broker_count_)
    return Status::error(Code::kExhausted,
                         fmt::format("The target replication factor of {} cannot be reached because only {} broker(s) are registered.",
                                     replication, broker_count_));
  ++round_;
  offset_ = (offset_ + 1) % racks_.size();
  std::vector<std::int32_t> replicas;
  std::size_t first_rack = offset_;
  for (;; first_rack = (first_rack + 1) % racks_.size()) {
    const std::int32_t broker = racks_[first_rack].unfenced.next(round_);
    if (broker < 0) continue;
    replicas.push_back(broker);
    break;
  }
  // One replica in each rack, the first one's rack passed over once, then around again.
  bool pass_over_first = true;
  for (std::size_t rack = offset_; replicas.size() < static_cast<std::size_t>(replication); rack = (rack + 1) % racks_.size()) {
    if (rack == first_rack && std::exchange(pass_over_first, false)) continue;
    const std::int32_t broker = racks_[rack].next(round_);
    if (broker >= 0) replicas.push_back(broker);
  }
  return replicas;
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
