#include "kernel/client/consumer_protocol.h"

#include <algorithm>

#include "kernel/base/arena.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/consumer_protocol.h"

namespace barnabas::client {
namespace {

constexpr int kNewest = 3;

template <class Message>
std::string with_version(const Message& message) {
  wire::Buffer buffer;
  const Status status = wire::encode(message, kNewest, buffer);
  std::string octets{0, static_cast<char>(kNewest)};
  if (status.ok()) octets.append(reinterpret_cast<const char*>(buffer.bytes().data), buffer.bytes().size);
  return octets;
}

template <class Message>
Status read(sdk::Bytes octets, base::Arena& arena, Message& message) {
  if (octets.size < 2) return Status::corrupt("two octets of a version were expected");
  const int version = octets[0] << 8 | octets[1];
  if (version > INT16_MAX) return Status::corrupt("its version is negative");
  return wire::decode(octets.slice(2), std::min(version, kNewest), arena, message, wire::Trailing::kAllow);
}

// `Topic` of one of the messages; the result views `partitions`.
template <class Topic>
std::vector<Topic> views_of(const TopicPartitions& partitions) {
  std::vector<Topic> views;
  for (const auto& [name, numbers] : partitions) {
    Topic& topic = views.emplace_back();
    topic.topic = name;
    topic.partitions = numbers;
  }
  return views;
}

template <class Topics>
TopicPartitions owned(const Topics& topics) {
  TopicPartitions partitions;
  for (const auto& topic : topics) {
    std::vector<std::int32_t>& numbers = partitions[std::string(topic.topic)];
    numbers.insert(numbers.end(), topic.partitions.begin(), topic.partitions.end());
  }
  for (auto& [topic, numbers] : partitions) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  }
  return partitions;
}

}  // namespace

std::string encode_subscription(const Subscription& subscription) {
  wire::ConsumerProtocolSubscription message;
  const std::vector<std::string_view> topics(subscription.topics.begin(), subscription.topics.end());
  auto has = views_of<wire::ConsumerProtocolSubscription::TopicPartition>(subscription.owned);
  message.topics = topics;
  message.owned_partitions = has;
  message.generation_id = subscription.generation;
  if (subscription.rack) message.rack_id = std::string_view(*subscription.rack);
  return with_version(message);
}

std::string encode_assignment(const TopicPartitions& assignment) {
  wire::ConsumerProtocolAssignment message;
  auto gets = views_of<wire::ConsumerProtocolAssignment::TopicPartition>(assignment);
  message.assigned_partitions = gets;
  return with_version(message);
}

Result<Subscription> decode_subscription(sdk::Bytes octets) {
  base::Arena arena;
  wire::ConsumerProtocolSubscription message;
  if (Status status = read(octets, arena, message); !status.ok()) return status;
  Subscription subscription;
  subscription.topics.assign(message.topics.begin(), message.topics.end());
  std::sort(subscription.topics.begin(), subscription.topics.end());
  subscription.topics.erase(std::unique(subscription.topics.begin(), subscription.topics.end()), subscription.topics.end());
  subscription.owned = owned(message.owned_partitions);
  subscription.generation = message.generation_id;
  if (message.rack_id) subscription.rack = std::string(*message.rack_id);
  return subscription;
}

Result<TopicPartitions> decode_assignment(sdk::Bytes octets) {
  if (octets.empty()) return TopicPartitions();
  base::Arena arena;
  wire::ConsumerProtocolAssignment message;
  if (Status status = read(octets, arena, message); !status.ok()) return status;
  return owned(message.assigned_partitions);
}

}  // namespace barnabas::client
