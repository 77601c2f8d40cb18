// What becomes of a partition when its in-sync replicas change or a leader is wanted: the leader by Kafka's order (ISR, eligible leaders,
// last known leader, unclean), and the bookkeeping of eligible leaders (KIP-966).
//
// Pure. [any thread]
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "kernel/catalog/types.h"
#include "kernel/controller/draft.h"

namespace barnabas::controller {

enum class Election : std::uint8_t {
  kOnline,     // the current leader if it is still good, else the first good replica
  kPreferred,  // the first replica of the assignment if it is good
  kUnclean,    // any live replica rather than none
};

struct PartitionChange {
  std::vector<std::int32_t> target_isr;         // what the ISR shall be, before an election changes it
  std::optional<std::int32_t> unclean_replica;  // a replica that may have lost what it had: never eligible
  Election election = Election::kOnline;
  std::function<bool(std::int32_t broker, const Uuid& directory)> acceptable;
  bool elr_enabled = false;
  std::int32_t min_isr = 1;
  std::int16_t metadata_version = 0;
};

struct PartitionUpdate {
  std::optional<std::int32_t> leader;  // set also when it stays and its epoch must grow
  std::optional<std::vector<std::int32_t>> isr;
  std::optional<std::vector<std::int32_t>> elr;
  std::optional<std::vector<std::int32_t>> last_known_elr;
  std::optional<std::int8_t> recovery_state;
  std::optional<std::vector<Uuid>> directories;  // never of an election

  bool empty() const { return !leader && !isr && !elr && !last_known_elr && !recovery_state && !directories; }
};
PartitionUpdate change_partition(const catalog::Partition& partition, const PartitionChange& change);

void add_change(Draft& draft, const Uuid& topic_id, std::int32_t partition, const PartitionUpdate& update);

}  // namespace barnabas::controller
