// DescribeTopicPartitions: topics page by page, with the replicas that may lead outside of the ISR (KIP-966).
#include "kernel/wire/messages/75_describe_topic_partitions.h"

#include <algorithm>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/topic_name.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::DescribeTopicPartitionsRequest;
using Response = wire::DescribeTopicPartitionsResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

// A page begins in a topic that was asked for; who asks for all may name one that is gone meanwhile.
bool is_within(const Request& request) {
  if (!request.cursor) return true;
  const auto begins_in = [&](const auto& topic) { return topic.name == request.cursor->topic_name; };
  return request.cursor->partition_index >= 0 &&
         (request.topics.empty() || std::any_of(request.topics.begin(), request.topics.end(), begins_in));
}

void refuse_all(Call& call, const Request& request) {
  const auto topics = call.arena.array<TopicAnswer>(request.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = request.topics[i].name;
    topics[i].error_code = ErrorCode::kInvalidRequest;
  }
  Response response;
  response.topics = topics;
  call.answer(response);
}

std::vector<std::string> names_of(const Call& call, const Request& request) {
  std::vector<std::string> names;
  for (const auto& topic : request.topics) names.emplace_back(topic.name);
  if (names.empty()) call.shard.view.image->each_topic([&](const catalog::Topic& topic) { names.push_back(topic.name); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (request.cursor) std::erase_if(names, [&](const std::string& name) { return name < request.cursor->topic_name; });
  return names;
}

void fill(Call& call, const catalog::Partition& partition, std::int32_t index, PartitionAnswer& answer) {
  answer.partition_index = index;
  answer.leader_id = partition.leader;
  answer.leader_epoch = partition.leader_epoch;
  answer.error_code = partition.leader >= 0 ? ErrorCode::kNone : ErrorCode::kLeaderNotAvailable;
  answer.replica_nodes = copy_of(call.arena, partition.replicas);
  answer.isr_nodes = copy_of(call.arena, partition.isr);
  answer.eligible_leader_replicas = copy_of(call.arena, partition.elr);
  answer.last_known_elr = copy_of(call.arena, partition.last_known_elr);
  const auto offline = call.arena.array<std::int32_t>(partition.replicas.size());
  std::size_t count = 0;
  for (const std::int32_t replica : partition.replicas) {
    const catalog::Broker* broker = call.shard.view.image->broker(replica);
    if (broker == nullptr || broker->fenced) offline[count++] = replica;
  }
  answer.offline_replicas = offline.first(count);
}

}  // namespace

void describe_topic_partitions(Call& call) {
  Request request;
  if (!call.read(request)) return;
  if (!is_within(request)) return refuse_all(call, request);
  Response response;
  const catalog::Image& image = *call.shard.view.image;
  const std::vector<std::string> names = names_of(call, request);
  std::int32_t left = std::clamp(request.response_partition_limit, 1, call.shard.broker.settings.max_describe_partitions);
  const auto topics = call.arena.array<TopicAnswer>(names.size());
  std::size_t count = 0;
  for (const std::string& name : names) {
    TopicAnswer& answer = topics[count++];
    answer.name = call.arena.copy(name);
    const catalog::Topic* topic = image.topic(name);
    if (topic == nullptr) {
      answer.error_code = is_valid_topic_name(name) ? ErrorCode::kUnknownTopicOrPartition : ErrorCode::kInvalidTopicException;
      continue;
    }
    answer.topic_id = topic->id;
    answer.is_internal = is_internal_topic(name);
    answer.topic_authorized_operations = authorized_operations(call, Resource::kTopic, name);
    const bool continued = request.cursor && request.cursor->topic_name == name;
    const std::int32_t first = continued ? std::clamp(request.cursor->partition_index, 0, topic->partition_count()) : 0;
    const std::int32_t end = std::min(topic->partition_count(), first + left);
    const auto partitions = call.arena.array<PartitionAnswer>(static_cast<std::size_t>(end - first));
    for (std::int32_t index = first; index < end; ++index)
      fill(call, *topic->partition(index), index, partitions[static_cast<std::size_t>(index - first)]);
    answer.partitions = partitions;
    left -= end - first;
    if (end < topic->partition_count()) {
      auto& cursor = response.next_cursor.emplace();
      cursor.topic_name = answer.name.value_or("");
      cursor.partition_index = end;
      break;
    }
    if (left == 0 && &name != &names.back()) {
      auto& cursor = response.next_cursor.emplace();
      cursor.topic_name = call.arena.copy(*(&name + 1));
      cursor.partition_index = 0;
      break;
    }
  }
  response.topics = topics.first(count);
  call.answer(response);
}

}  // namespace barnabas::broker
