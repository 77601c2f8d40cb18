// OffsetForLeaderEpoch: where a leader epoch ends in this log, so that a client or a follower finds where its own log parts from it
// (KIP-101, KIP-320).
#include "kernel/wire/messages/23_offset_for_leader_epoch.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::OffsetForLeaderEpochRequest;
using Response = wire::OffsetForLeaderEpochResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

}  // namespace

void offset_for_leader_epoch(Call& call) {
  Request request;
  if (!call.read(request) || names_too_many(call, cost_of_partitions(request.topics))) return;
  Response response;
  const auto topics = call.arena.array<TopicAnswer>(request.topics.size());
  for (std::size_t t = 0; t < topics.size(); ++t) {
    const auto& topic = request.topics[t];
    topics[t].topic = topic.topic;
    const auto partitions = call.arena.array<PartitionAnswer>(topic.partitions.size());
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      const auto& question = topic.partitions[p];
      PartitionAnswer& answer = partitions[p];
      answer.partition = question.partition;
      if (!authorize(call, Operation::kDescribe, Resource::kTopic, topic.topic)) {
        answer.error_code = ErrorCode::kTopicAuthorizationFailed;
        continue;
      }
      const Found found = find_partition(call.shard, topic.topic, question.partition);
      if (found.partition == nullptr) {
        answer.error_code = found.error;
        continue;
      }
      log::EpochEnd end;
      answer.error_code =
          found.partition->log().end_offset_for_epoch(question.leader_epoch, {.current_epoch = question.current_leader_epoch}, end);
      answer.leader_epoch = end.epoch;
      answer.end_offset = end.end_offset;
    }
    topics[t].partitions = partitions;
  }
  response.topics = topics;
  call.answer(response);
}

}  // namespace barnabas::broker
