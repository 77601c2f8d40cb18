// OffsetCommit: how far a group has read. Partitions that the cluster does not have are refused here; the rest is the coordinator's.
#include "kernel/wire/messages/08_offset_commit.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::OffsetCommitRequest;
using Response = wire::OffsetCommitResponse;
using TopicAnswer = ElementOf<&Response::topics>;

// What was asked, in its order, and which of it went to the coordinator.
struct Asked {
  group::OffsetCommitReply answer;
  group::OffsetCommitRequest request;
};

ErrorCode check(const catalog::Topic* topic, bool by_id, std::int32_t partition) {
  if (topic == nullptr) return by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
  return topic->partition(partition) == nullptr ? ErrorCode::kUnknownTopicOrPartition : ErrorCode::kNone;
}

Asked asked_of(const Call& call, const Request& request) {
  Asked asked;
  asked.request.group = request.group_id;
  asked.request.generation_or_epoch = request.generation_id_or_member_epoch;
  asked.request.member_id = request.member_id;
  asked.request.instance_id = owned(request.group_instance_id);
  asked.request.retention_ms = request.retention_time_ms;
  asked.request.version = call.api_version;
  const bool by_id = call.api_version >= 10;
  for (const auto& topic : request.topics) {
    const catalog::Image& image = *call.shard.view.image;
    const catalog::Topic* known = by_id ? image.topic(topic.topic_id) : image.topic(topic.name);
    auto& answer = asked.answer.topics.emplace_back();
    answer.name = topic.name;
    answer.id = topic.topic_id;
    answer.partitions.reserve(topic.partitions.size());
    group::OffsetCommitRequest::Topic forwarded;
    forwarded.partitions.reserve(topic.partitions.size());
    for (const auto& partition : topic.partitions) {
      const ErrorCode error = check(known, by_id, partition.partition_index);
      answer.partitions.push_back({partition.partition_index, error});
      if (error == ErrorCode::kNone)
        forwarded.partitions.push_back({.partition = partition.partition_index,
                                        .offset = partition.committed_offset,
                                        .leader_epoch = partition.committed_leader_epoch,
                                        .metadata = std::string(partition.committed_metadata.value_or("")),
                                        .commit_ms = partition.commit_timestamp});
    }
    if (forwarded.partitions.empty()) continue;
    forwarded.name = known->name;
    forwarded.id = known->id;
    asked.request.topics.push_back(std::move(forwarded));
  }
  return asked;
}

// Puts what the coordinator said where it was asked.
void merge(const group::OffsetCommitReply& reply, group::OffsetCommitReply& answer) {
  std::size_t next = 0;
  for (auto& topic : answer.topics) {
    std::size_t next_partition = 0;
    for (auto& partition : topic.partitions) {
      if (partition.error != ErrorCode::kNone) continue;
      if (next < reply.topics.size() && next_partition < reply.topics[next].partitions.size())
        partition.error = reply.topics[next].partitions[next_partition].error;
      if (reply.error != ErrorCode::kNone) partition.error = reply.error;
      ++next_partition;
    }
    if (next_partition != 0) ++next;
  }
}

void answer(Call& call, const group::OffsetCommitReply& merged) {
  Response response;
  const auto topics = call.arena.array<TopicAnswer>(merged.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = merged.topics[i].name;
    topics[i].topic_id = merged.topics[i].id;
    const auto partitions = call.arena.array<ElementOf<&TopicAnswer::partitions>>(merged.topics[i].partitions.size());
    for (std::size_t j = 0; j < partitions.size(); ++j) {
      partitions[j].partition_index = merged.topics[i].partitions[j].partition;
      partitions[j].error_code = merged.topics[i].partitions[j].error;
    }
    topics[i].partitions = partitions;
  }
  response.topics = topics;
  call.answer(response);
}

}  // namespace

void offset_commit(Call& call) {
  Request request;
  if (!call.read(request)) return;
  Asked asked = asked_of(call, request);
  if (asked.request.topics.empty()) return answer(call, asked.answer);
  ask_coordinator<group::OffsetCommitReply>(
      call, Operation::kRead, request.group_id,
      [request = std::move(asked.request)](group::Coordinator& coordinator, auto reply) mutable {
        coordinator.commit(std::move(request), std::move(reply));
      },
      [answers = std::move(asked.answer)](Call& waiting, const group::OffsetCommitReply& reply) mutable {
        merge(reply, answers);
        answer(waiting, answers);
      });
}

}  // namespace barnabas::broker
