// Partitions that come into being: placed by the controller or assigned by hand, with their first leader.
//
// Pure. One thread at a time for each draft.
#pragma once

#include <optional>
#include <vector>

#include "kernel/controller/draft.h"
#include "kernel/controller/requests.h"

namespace barnabas::controller {

struct NewPartition {
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> isr;  // those of the replicas that are active; the first one leads
};

Outcome too_large();

// Whether these can be the replicas of a partition: brokers that are registered, each once, and as many as `replication` says.
Outcome check_replicas(const catalog::Image& image, const std::vector<std::int32_t>& replicas, std::optional<std::size_t> replication);
Outcome place_partitions(Draft& draft, std::int32_t count, std::int16_t replication, std::vector<NewPartition>& partitions);
// `replication`: how many replicas each must have; nothing: as many as the first one.
Outcome take_partitions(Draft& draft, std::int32_t first_index, const std::vector<std::vector<std::int32_t>>& assignments,
                        std::optional<std::size_t> replication, std::vector<NewPartition>& partitions);
void write_partitions(Draft& draft, const Uuid& topic_id, std::int32_t first_index, const std::vector<NewPartition>& partitions);

}  // namespace barnabas::controller
