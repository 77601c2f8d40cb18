// What a request may name. [any thread]
#pragma once

#include <cstddef>
#include <string_view>

namespace barnabas::broker {

// No client names as many; each takes half a kilobyte here, and a few octets of a request.
inline constexpr std::size_t kMostNamedPartitions = 300'000;

// Each partition is kept with a copy of its topic's name, which may be of a length that no topic has: it counts once more for every 128
// octets of that.
constexpr std::size_t cost_of_partition(std::string_view topic) { return 1 + topic.size() / 128; }

// Of all that a request names; `name_of` gives the name of one of its topics.
template <class Topics, class NameOf>
std::size_t cost_of_partitions(const Topics& topics, NameOf name_of) {
  std::size_t cost = 0;
  for (const auto& topic : topics) cost += topic.partitions.size() * cost_of_partition(name_of(topic));
  return cost;
}

}  // namespace barnabas::broker
