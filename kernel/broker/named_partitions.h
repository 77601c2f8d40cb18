// What a request may name. [any thread]
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace barnabas::broker {

// No client names as many; each takes half a kilobyte here, and a few octets of a request.
inline constexpr std::size_t kMostNamedPartitions = 300'000;

// Each partition is kept with a copy of its topic's name, which may be of a length that no topic has: it counts once more for every 128
// octets of that.
constexpr std::size_t cost_of_partition(std::string_view topic) { return 1 + topic.size() / 128; }

// Of all that a request names. A topic without partitions is kept as well, and counts as one with one.
template <class Topics>
constexpr std::size_t cost_of_partitions(const Topics& topics) {
  std::size_t cost = 0;
  for (const auto& topic : topics) {
    // Each message has words of its own for them.
    std::string_view name;
    if constexpr (requires { topic.name; }) {
      name = topic.name;
    } else if constexpr (requires { topic.topic; }) {
      name = topic.topic;
    }
    std::size_t partitions = 0;
    if constexpr (requires { topic.partition_indexes; }) {
      partitions = topic.partition_indexes.size();
    } else {
      partitions = topic.partitions.size();
    }
    cost += std::max<std::size_t>(partitions, 1) * cost_of_partition(name);
  }
  return cost;
}

}  // namespace barnabas::broker
