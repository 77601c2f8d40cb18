// What members of a classic consumer group tell each other: subscriptions and assignments, owned. [any thread]
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::client {

// Partitions by topic, ascending.
using TopicPartitions = std::map<std::string, std::vector<std::int32_t>>;

struct Subscription {
  std::vector<std::string> topics;
  TopicPartitions owned;  // before this rebalance
  std::int32_t generation = -1;
  std::optional<std::string> rack;

  bool operator==(const Subscription&) const = default;
};

// As Kafka's consumers write them, version 3.
std::string encode_subscription(const Subscription& subscription);
std::string encode_assignment(const TopicPartitions& assignment);

// Any version: what a newer one has beyond the newest known is left out. An empty text is a member that has nothing.
Result<Subscription> decode_subscription(sdk::Bytes octets);
Result<TopicPartitions> decode_assignment(sdk::Bytes octets);

}  // namespace barnabas::client
