// Sets of partitions, as consumer groups count with them: flat and in order. Plain values. [any thread]
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "kernel/base/uuid.h"
#include "kernel/group/consumer/types.h"

namespace barnabas::group {

struct TopicPartition {
  Uuid topic_id;
  std::int32_t partition = 0;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

struct TopicPartitionHash {
  std::size_t operator()(const TopicPartition& of) const noexcept {
    return std::hash<Uuid>{}(of.topic_id) * 31 + static_cast<std::size_t>(of.partition);
  }
};

// Ascending, each once.
using Partitions = std::vector<TopicPartition>;

// Whatever its order, and also when it names a partition twice.
Partitions partitions_of(const std::vector<TopicPartitions>& topics);
std::vector<TopicPartitions> by_topic(const Partitions& partitions);

bool contains(const Partitions& all, const TopicPartition& one);
// Of lists as members send them, without making sets of them.
bool any_of_them_in(const std::vector<TopicPartitions>& topics, const Partitions& set);
bool all_of_them_in(const std::vector<TopicPartitions>& topics, const Partitions& set);

}  // namespace barnabas::group
