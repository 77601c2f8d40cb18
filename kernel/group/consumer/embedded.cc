#include "kernel/group/consumer/embedded.h"

#include <algorithm>

#include "kernel/base/arena.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/consumer_protocol.h"

namespace barnabas::group {
namespace {

constexpr int kNewest = 3;

std::optional<int> version_of(std::string_view octets) {
  if (octets.size() < 2) return std::nullopt;
  const auto version = static_cast<std::int16_t>(static_cast<unsigned char>(octets[0]) << 8 | static_cast<unsigned char>(octets[1]));
  if (version < 0) return std::nullopt;
  return std::min<int>(version, kNewest);  // a newer version begins as the newest known one
}

template <class M>
bool read(std::string_view octets, base::Arena& arena, M& message) {
  const auto version = version_of(octets);
  return version && wire::decode(wire::Bytes{octets.data() + 2, octets.size() - 2}, *version, arena, message, wire::Trailing::kAllow).ok();
}

// Of partitions that there are: anything may be claimed.
template <class List>
std::vector<TopicPartitions> known_of(const List& topics, const catalog::Image* image) {
  std::vector<TopicPartitions> all;
  for (const auto& topic : topics) {
    const catalog::Topic* known = image == nullptr ? nullptr : image->topic(topic.topic);
    if (known == nullptr) continue;
    TopicPartitions& there = all.emplace_back(TopicPartitions{known->id, {}});
    for (const std::int32_t partition : topic.partitions)
      if (partition >= 0 && partition < known->partition_count()) there.partitions.push_back(partition);
    if (there.partitions.empty()) all.pop_back();
  }
  return all;
}

}  // namespace

std::optional<EmbeddedSubscription> read_subscription(std::string_view metadata, const catalog::Image* image) {
  base::Arena arena;
  wire::ConsumerProtocolSubscription from;
  if (!read(metadata, arena, from)) return std::nullopt;
  EmbeddedSubscription subscription;
  for (const std::string_view topic : from.topics) subscription.topics.emplace_back(topic);
  std::ranges::sort(subscription.topics);
  subscription.topics.erase(std::unique(subscription.topics.begin(), subscription.topics.end()), subscription.topics.end());
  subscription.owned = known_of(from.owned_partitions, image);
  if (from.rack_id && !from.rack_id->empty()) subscription.rack_id = std::string(*from.rack_id);
  return subscription;
}

std::optional<Partitions> read_assignment(std::string_view assignment, const catalog::Image* image) {
  if (assignment.empty()) return Partitions();  // it was never told of one
  base::Arena arena;
  wire::ConsumerProtocolAssignment from;
  if (!read(assignment, arena, from)) return std::nullopt;
  return partitions_of(known_of(from.assigned_partitions, image));
}

Octets write_assignment(const Partitions& partitions, std::string_view metadata, const catalog::Image* image) {
  const int version = version_of(metadata).value_or(kNewest);
  const std::vector<TopicPartitions> topics = by_topic(partitions);
  std::vector<wire::ConsumerProtocolAssignment::TopicPartition> told;
  for (const TopicPartitions& topic : topics) {
    const catalog::Topic* known = image == nullptr ? nullptr : image->topic(topic.topic_id);
    if (known != nullptr) told.push_back({known->name, topic.partitions});
  }
  wire::ConsumerProtocolAssignment assignment;
  assignment.assigned_partitions = told;
  assignment.user_data = wire::kNull;
  wire::Buffer buffer;
  buffer.append_int16(static_cast<std::int16_t>(version));
  if (!wire::encode(assignment, version, buffer)) return {};
  const wire::Bytes bytes = buffer.bytes();
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

}  // namespace barnabas::group
