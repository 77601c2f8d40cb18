// OffsetCommit: how far a group has read. Partitions that the cluster does not have are refused here; the rest is the coordinator's.
#include "kernel/wire/messages/08_offset_commit.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::OffsetCommitRequest;
using Response = wire::OffsetCommitResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

constexpr std::int16_t kFirstById = 10;

// The answer as far as it is known, in the arena of the call: what has no error goes to the coordinator.
struct Answer {
  std::span<TopicAnswer> topics;
  std::span<PartitionAnswer> partitions;  // of all topics, one after the other
};

ErrorCode check(const catalog::Topic* topic, bool by_id, std::int32_t partition) {
  if (topic == nullptr) return by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
  return topic->partition(partition) == nullptr ? ErrorCode::kUnknownTopicOrPartition : ErrorCode::kNone;
}

Answer begin_answer(base::Arena& arena, const Request& request) {
  std::size_t count = 0;
  for (const auto& topic : request.topics) count += topic.partitions.size();
  return {arena.array<TopicAnswer>(request.topics.size()), arena.array<PartitionAnswer>(count)};
}

// What the coordinator is asked; the rest has its error in `answer` by then.
group::OffsetCommitRequest asked_of(const Call& call, const Request& request, const Answer& answer) {
  group::OffsetCommitRequest asked;
  asked.group = request.group_id;
  asked.generation_or_epoch = request.generation_id_or_member_epoch;
  asked.member_id = request.member_id;
  asked.instance_id = owned(request.group_instance_id);
  asked.retention_ms = request.retention_time_ms;
  asked.version = call.api_version;
  asked.topics.reserve(request.topics.size());
  const bool by_id = call.api_version >= kFirstById;
  const catalog::Image& image = *call.shard.view.image;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < request.topics.size(); ++i) {
    const auto& topic = request.topics[i];
    const catalog::Topic* known = by_id ? image.topic(topic.topic_id) : image.topic(topic.name);
    const std::span<PartitionAnswer> told = answer.partitions.subspan(begin, topic.partitions.size());
    begin += told.size();
    answer.topics[i].name = call.arena.copy(topic.name);
    answer.topics[i].topic_id = topic.topic_id;
    answer.topics[i].partitions = told;
    std::vector<group::OffsetCommitRequest::Partition> forwarded;
    forwarded.reserve(told.size());
    for (std::size_t j = 0; j < told.size(); ++j) {
      const auto& partition = topic.partitions[j];
      told[j].partition_index = partition.partition_index;
      told[j].error_code = check(known, by_id, partition.partition_index);
      if (told[j].error_code == ErrorCode::kNone)
        forwarded.push_back({.partition = partition.partition_index,
                             .offset = partition.committed_offset,
                             .leader_epoch = partition.committed_leader_epoch,
                             .metadata = std::string(partition.committed_metadata.value_or("")),
                             .commit_ms = partition.commit_timestamp});
    }
    if (!forwarded.empty()) asked.topics.push_back({known->name, known->id, std::move(forwarded)});
  }
  return asked;
}

// Puts what the coordinator said where it was asked.
void merge(const group::OffsetCommitReply& reply, std::span<PartitionAnswer> partitions) {
  auto refused = reply.refused.begin();
  std::size_t place = 0;
  for (PartitionAnswer& partition : partitions) {
    if (partition.error_code != ErrorCode::kNone) continue;
    const bool is_refused = refused != reply.refused.end() && refused->place == place++;
    partition.error_code = is_refused ? (refused++)->error : reply.error;
  }
}

void finish(Call& call, const Answer& answer) {
  Response response;
  response.topics = answer.topics;
  call.answer(response);
}

}  // namespace

void offset_commit(Call& call) {
  Request request;
  if (!call.read(request) || names_too_many(call, cost_of_partitions(request.topics))) return;
  const Answer answer = begin_answer(call.arena, request);
  group::OffsetCommitRequest asked = asked_of(call, request, answer);
  if (asked.topics.empty()) return finish(call, answer);
  ask_coordinator<group::OffsetCommitReply>(
      call, Operation::kRead, request.group_id,
      [asked = std::move(asked)](group::Coordinator& coordinator, auto reply) mutable {
        coordinator.commit(std::move(asked), std::move(reply));
      },
      [answer](Call& waiting, const group::OffsetCommitReply& reply) {
        merge(reply, answer.partitions);
        finish(waiting, answer);
      },
      Visit::kStay);
}

}  // namespace barnabas::broker
