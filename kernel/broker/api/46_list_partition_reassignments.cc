// ListPartitionReassignments: partitions that are on their way to other brokers.
#include "kernel/wire/messages/46_list_partition_reassignments.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {
namespace {

using Request = wire::ListPartitionReassignmentsRequest;
using Response = wire::ListPartitionReassignmentsResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

void add(std::vector<PartitionAnswer>& moving, const catalog::Topic& topic, std::int32_t index) {
  const catalog::Partition* partition = topic.partition(index);
  if (partition == nullptr || (partition->adding.empty() && partition->removing.empty())) return;
  PartitionAnswer& answer = moving.emplace_back();
  answer.partition_index = index;
  answer.replicas = partition->replicas;
  answer.adding_replicas = partition->adding;
  answer.removing_replicas = partition->removing;
}

void add(Call& call, std::vector<TopicAnswer>& topics, const catalog::Topic& topic, const std::vector<PartitionAnswer>& moving) {
  if (moving.empty()) return;
  TopicAnswer& answer = topics.emplace_back();
  answer.name = topic.name;
  answer.partitions = copy_of(call.arena, moving);
}

}  // namespace

void list_partition_reassignments(Call& call) {
  Request request;
  if (!call.read(request)) return;
  if (request.topics && names_too_many(call, cost_of_partitions(*request.topics))) return;
  const catalog::Image& image = *call.shard.view.image;
  std::vector<TopicAnswer> topics;
  if (request.topics) {
    for (const auto& asked : *request.topics) {
      const catalog::Topic* topic = image.topic(asked.name);
      if (topic == nullptr) continue;
      std::vector<PartitionAnswer> moving;
      for (const std::int32_t index : asked.partition_indexes) add(moving, *topic, index);
      add(call, topics, *topic, moving);
    }
  } else {
    image.each_topic([&](const catalog::Topic& topic) {
      std::vector<PartitionAnswer> moving;
      for (std::int32_t i = 0; i < topic.partition_count(); ++i) add(moving, topic, i);
      add(call, topics, topic, moving);
    });
  }
  Response response;
  response.error_message.reset();
  response.topics = copy_of(call.arena, topics);
  call.answer(response);
}

}  // namespace barnabas::broker
