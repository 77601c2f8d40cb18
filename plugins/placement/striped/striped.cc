// Apache Kafka's placement: racks in turn, and the brokers of a rack in turn.
#include <barnabas/sdk/placement.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace sdk = barnabas::sdk;

// Brokers of a rack that are alike. Each round, which is a partition, begins one further than the one before.
class Brokers {
 public:
  void add(std::int32_t id) { ids_.push_back(id); }
  void begin_at_random(sdk::Random& random) {
    if (!ids_.empty()) offset_ = static_cast<std::size_t>(random.next() % ids_.size());
  }
  // -1: all were given out in this round.
  std::int32_t next(std::uint64_t round) {
    if (ids_.empty()) return -1;
    if (round_ != round) {
      round_ = round;
      given_ = 0;
      offset_ = (offset_ + 1) % ids_.size();
    }
    if (given_ == ids_.size()) return -1;
    return ids_[(given_++ + offset_) % ids_.size()];
  }

 private:
  std::vector<std::int32_t> ids_;
  std::uint64_t round_ = 0;
  std::size_t given_ = 0;
  std::size_t offset_ = 0;
};

struct Rack {
  Brokers unfenced;
  Brokers fenced;

  std::int32_t next(std::uint64_t round) {
    const std::int32_t broker = unfenced.next(round);
    return broker >= 0 ? broker : fenced.next(round);
  }
};

class Stripes {
 public:
  Stripes(const sdk::PlacementCluster& cluster, sdk::Random& random) {
    std::map<std::optional<std::string>, Rack> racks;  // in the order of their names
    for (std::size_t i = 0; i < cluster.broker_count; ++i) {
      const sdk::PlacementBroker& broker = cluster.brokers[i];
      const auto name = broker.has_rack ? std::optional(std::string(std::string_view(broker.rack))) : std::nullopt;
      (broker.fenced ? racks[name].fenced : racks[name].unfenced).add(broker.id);
    }
    for (auto& [name, rack] : racks) {
      rack.unfenced.begin_at_random(random);
      rack.fenced.begin_at_random(random);
      racks_.push_back(std::move(rack));
    }
    offset_ = static_cast<std::size_t>(random.next() % racks_.size());
  }

  // REQUIRES: a broker that is not fenced, and as many brokers as replicas.
  std::vector<std::int32_t> next(std::int32_t replication) {
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

 private:
  std::vector<Rack> racks_;
  std::uint64_t round_ = 0;
  std::size_t offset_ = 0;
};

class StripedPlacement {
 public:
  using Options = sdk::NoOptions;

  StripedPlacement(sdk::Host&, const Options&) {}

  sdk::Status place(const sdk::PlacementCluster& cluster, const sdk::PlacementRequest& request, sdk::PlacementSink& sink) {
    Stripes stripes(cluster, *request.random);
    for (std::int32_t i = 0; i < request.partition_count; ++i) {
      const std::vector<std::int32_t> replicas = stripes.next(request.replication);
      sink.place(replicas.data(), replicas.size());
    }
    return {};
  }
};

}  // namespace

BARNABAS_PLUGIN(Placement, StripedPlacement, "striped", "1.0.0", "Spreads partitions over racks and brokers in turn, as Apache Kafka does.")
