// What the image of the cluster's metadata is made of. Plain values, immutable once they are in an image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/uuid.h"

namespace barnabas::catalog {

inline constexpr std::int32_t kNoLeader = -1;

// Directory ids with a meaning of their own; every other one is a log directory's.
inline constexpr Uuid kMigratingDirectory = base::make_uuid(0, 0);
inline constexpr Uuid kUnassignedDirectory = base::make_uuid(0, 1);
inline constexpr Uuid kLostDirectory = base::make_uuid(0, 2);

// Tagged fields of a later Kafka: number and octets, as they came. They go back into the records of snapshots.
using UnknownTags = std::vector<std::pair<std::uint32_t, std::string>>;

struct Partition {
  std::int32_t leader = kNoLeader;
  std::int32_t leader_epoch = 0;
  std::int32_t partition_epoch = 0;
  std::int8_t recovery_state = 0;  // 1: the leader came by an unclean election and has not yet recovered
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> isr;
  std::vector<std::int32_t> removing;
  std::vector<std::int32_t> adding;
  std::vector<std::int32_t> elr;  // eligible leaders outside the ISR (KIP-966)
  std::vector<std::int32_t> last_known_elr;
  std::vector<Uuid> directories;  // one for each replica; empty: none were ever named
  UnknownTags unknown_tags;

  friend bool operator==(const Partition&, const Partition&) = default;
};

struct Topic {
  std::string name;
  Uuid id;
  std::vector<std::shared_ptr<const Partition>> partitions;  // by index; null only while a snapshot is being read
  UnknownTags unknown_tags;

  const Partition* partition(std::int32_t index) const {
    return index >= 0 && static_cast<std::size_t>(index) < partitions.size() ? partitions[static_cast<std::size_t>(index)].get() : nullptr;
  }
  std::int32_t partition_count() const { return static_cast<std::int32_t>(partitions.size()); }
};

struct Endpoint {
  std::string name;  // of the listener
  std::string host;
  std::uint16_t port = 0;
  std::int16_t security_protocol = 0;  // 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct FeatureRange {
  std::string name;
  std::int16_t min_level = 0;
  std::int16_t max_level = 0;

  friend bool operator==(const FeatureRange&, const FeatureRange&) = default;
};

// A broker's registration.
struct Broker {
  std::int32_t id = -1;
  std::int64_t epoch = -1;
  Uuid incarnation;
  std::vector<Endpoint> endpoints;
  std::vector<FeatureRange> features;
  std::optional<std::string> rack;
  bool fenced = true;
  bool in_controlled_shutdown = false;
  bool migrating = false;  // a ZooKeeper broker of a cluster that is moving to KRaft
  std::vector<Uuid> directories;
  std::optional<std::vector<Uuid>> cordoned_directories;
  UnknownTags unknown_tags;

  bool active() const { return !fenced && !in_controlled_shutdown; }
  const Endpoint* endpoint(std::string_view listener) const {
    for (const Endpoint& endpoint : endpoints)
      if (endpoint.name == listener) return &endpoint;
    return nullptr;
  }
};

struct ControllerNode {
  std::int32_t id = -1;
  Uuid incarnation;
  bool migration_ready = false;
  std::vector<Endpoint> endpoints;
  std::vector<FeatureRange> features;
  UnknownTags unknown_tags;
};

enum class ResourceType : std::int8_t { kTopic = 2, kBroker = 4, kBrokerLogger = 8, kClientMetrics = 16, kGroup = 32 };

// The settings of one resource, by key.
using Configs = std::map<std::string, std::string, std::less<>>;

struct ProducerIds {
  std::int32_t broker_id = -1;  // who got the last block
  std::int64_t broker_epoch = -1;
  std::int64_t next = 0;  // the first that was never handed out

  friend bool operator==(const ProducerIds&, const ProducerIds&) = default;
};

}  // namespace barnabas::catalog
