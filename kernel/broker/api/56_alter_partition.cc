// AlterPartition: the leader of partitions, a broker of this or another process, wants their in-sync replicas changed.
#include "kernel/wire/messages/56_alter_partition.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using Request = wire::AlterPartitionRequest;
using Response = wire::AlterPartitionResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

controller::AlterPartitionRequest wanted_of(const Request& request, std::int16_t version) {
  controller::AlterPartitionRequest wanted{request.broker_id, request.broker_epoch, {}};
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      controller::IsrChange& change = wanted.partitions.emplace_back();
      change.topic_id = topic.topic_id;
      change.partition = partition.partition_index;
      change.leader_epoch = partition.leader_epoch;
      change.partition_epoch = partition.partition_epoch;
      change.recovery_state = partition.leader_recovery_state;
      if (version >= 3) {
        for (const auto& member : partition.new_isr_with_epochs) change.isr.push_back({member.broker_id, member.broker_epoch});
      } else {
        for (const std::int32_t id : partition.new_isr) change.isr.push_back({id, -1});
      }
    }
  }
  return wanted;
}

void fill(Call& call, const controller::PartitionAltered& altered, PartitionAnswer& answer) {
  answer.error_code = altered.error;
  if (!altered.ok()) return;
  answer.leader_id = altered.leader;
  answer.leader_epoch = altered.leader_epoch;
  answer.partition_epoch = altered.partition_epoch;
  answer.isr = copy_of(call.arena, altered.isr);
  answer.leader_recovery_state = altered.recovery_state;
}

// `asked` is in the arena, and only its numbers are read.
void answer(Call& call, std::span<const ElementOf<&Request::topics>> asked, const controller::AlterPartitionReply& reply) {
  Response response;
  response.error_code = reply.error;
  if (!reply.ok()) return call.answer(response);
  const auto topics = call.arena.array<TopicAnswer>(asked.size());
  std::size_t next = 0;
  for (std::size_t t = 0; t < topics.size(); ++t) {
    const auto partitions = call.arena.array<PartitionAnswer>(asked[t].partitions.size());
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = asked[t].partitions[p].partition_index;
      fill(call, reply.partitions[next++], partitions[p]);
    }
    topics[t].topic_id = asked[t].topic_id;
    topics[t].partitions = partitions;
  }
  response.topics = topics;
  call.answer(response);
}

}  // namespace

void alter_partition(Call& call) {
  Request request;
  if (!call.read(request)) return;
  call.shard.broker.ask_controller<controller::AlterPartitionReply>(
      call,
      [wanted = wanted_of(request, call.api_version)](controller::Controller& controller, auto reply) {
        controller.alter_partition(wanted, std::move(reply));
      },
      [asked = request.topics](Call& waiting, const controller::AlterPartitionReply& reply) { answer(waiting, asked, reply); });
}

}  // namespace barnabas::broker
