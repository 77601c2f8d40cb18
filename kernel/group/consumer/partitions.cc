#include "kernel/group/consumer/partitions.h"

#include <algorithm>

namespace barnabas::group {

Partitions partitions_of(const std::vector<TopicPartitions>& topics) {
  Partitions all;
  for (const TopicPartitions& topic : topics)
    for (const std::int32_t partition : topic.partitions) all.push_back({topic.topic_id, partition});
  if (!std::ranges::is_sorted(all)) std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<TopicPartitions> by_topic(const Partitions& partitions) {
  std::vector<TopicPartitions> topics;
  for (const TopicPartition& each : partitions) {
    if (topics.empty() || topics.back().topic_id != each.topic_id) topics.push_back({each.topic_id, {}});
    topics.back().partitions.push_back(each.partition);
  }
  return topics;
}

bool contains(const Partitions& all, const TopicPartition& one) { return std::ranges::binary_search(all, one); }

bool any_of_them_in(const std::vector<TopicPartitions>& topics, const Partitions& set) {
  if (set.empty()) return false;
  return std::ranges::any_of(topics, [&](const TopicPartitions& topic) {
    return std::ranges::any_of(topic.partitions, [&](std::int32_t partition) { return contains(set, {topic.topic_id, partition}); });
  });
}

bool all_of_them_in(const std::vector<TopicPartitions>& topics, const Partitions& set) {
  return std::ranges::all_of(topics, [&](const TopicPartitions& topic) {
    return std::ranges::all_of(topic.partitions, [&](std::int32_t partition) { return contains(set, {topic.topic_id, partition}); });
  });
}

}  // namespace barnabas::group
