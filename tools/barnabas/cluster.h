// The cluster as commands need it: brokers, topics, who leads what. Owned values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/uuid.h"
#include "kernel/wire/errors.h"
#include "tools/barnabas/blocking_client.h"

namespace barnabas::tools {

struct PartitionFacts {
  std::int32_t index = 0;
  std::int32_t leader = -1;
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> isr;
  std::optional<std::vector<std::int32_t>> elr;  // nothing: the broker does not say
  std::optional<std::vector<std::int32_t>> last_known_elr;
};

struct TopicFacts {
  std::string name;
  Uuid id;
  wire::ErrorCode error{};
  bool is_internal = false;
  std::vector<PartitionFacts> partitions;  // by index
};

struct ClusterFacts {
  std::int32_t controller = -1;
  std::vector<std::int32_t> brokers;  // their ids
  std::vector<TopicFacts> topics;     // by name

  const TopicFacts* find(std::string_view topic) const;
};

// All topics, or those named; tells the client where the brokers are.
Result<ClusterFacts> read_cluster(BlockingClient& client, const std::optional<std::vector<std::string>>& topics = std::nullopt,
                                  bool may_create = false);

// ERROR_NAME: the broker's sentence, or the code's usual meaning.
std::string describe_error(wire::ErrorCode error, std::optional<std::string_view> message = std::nullopt);

}  // namespace barnabas::tools
