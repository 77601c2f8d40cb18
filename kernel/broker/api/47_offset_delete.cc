// OffsetDelete: committed offsets of topics that the group does not read any more. Partitions that the cluster does not have are refused
// here; the rest is the coordinator's.
#include "kernel/wire/messages/47_offset_delete.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using Response = wire::OffsetDeleteResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using Missing = std::vector<std::int32_t>;

void answer(Call& call, const group::OffsetDeleteReply& reply) {
  Response response;
  response.error_code = reply.error;
  const auto topics = call.arena.array<TopicAnswer>(reply.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = reply.topics[i].name;
    const auto partitions = call.arena.array<ElementOf<&TopicAnswer::partitions>>(reply.topics[i].partitions.size());
    for (std::size_t j = 0; j < partitions.size(); ++j) {
      partitions[j].partition_index = reply.topics[i].partitions[j].partition;
      partitions[j].error_code = reply.topics[i].partitions[j].error;
    }
    topics[i].partitions = partitions;
  }
  response.topics = topics;
  call.answer(response);
}

}  // namespace

void offset_delete(Call& call) {
  wire::OffsetDeleteRequest request;
  if (!call.read(request) || names_too_many(call, cost_of_partitions(request.topics))) return;
  group::OffsetDeleteRequest asked{.group = std::string(request.group_id), .topics = {}};
  std::vector<Missing> missing;  // by topic, in the order of the request
  for (const auto& topic : request.topics) {
    const catalog::Topic* known = call.shard.view.image->topic(topic.name);
    auto& named = asked.topics.emplace_back();
    auto& without = missing.emplace_back();
    named.name = topic.name;
    for (const auto& partition : topic.partitions) {
      const bool exists = known != nullptr && known->partition(partition.partition_index) != nullptr;
      (exists ? named.partitions : without).push_back(partition.partition_index);
    }
  }
  ask_coordinator<group::OffsetDeleteReply>(
      call, Operation::kDelete, request.group_id,
      [asked = std::move(asked)](group::Coordinator& coordinator, auto reply) { coordinator.remove_offsets(asked, std::move(reply)); },
      [missing = std::move(missing)](Call& waiting, group::OffsetDeleteReply reply) {
        for (std::size_t i = 0; i < std::min(missing.size(), reply.topics.size()); ++i)
          for (const std::int32_t partition : missing[i])
            reply.topics[i].partitions.push_back({partition, wire::ErrorCode::kUnknownTopicOrPartition});
        answer(waiting, reply);
      });
}

}  // namespace barnabas::broker
