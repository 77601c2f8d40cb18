// AlterPartitionReassignments: other brokers for partitions that exist.
#include "kernel/wire/messages/45_alter_partition_reassignments.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using Request = wire::AlterPartitionReassignmentsRequest;
using Response = wire::AlterPartitionReassignmentsResponse;
using TopicAnswer = ElementOf<&Response::responses>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

controller::AlterPartitionReassignmentsRequest wanted_of(const Request& request) {
  controller::AlterPartitionReassignmentsRequest wanted;
  wanted.allow_replication_change = request.allow_replication_factor_change;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      controller::Reassignment& one = wanted.partitions.emplace_back();
      one.topic = topic.name;
      one.partition = partition.partition_index;
      if (partition.replicas) one.replicas.emplace(partition.replicas->begin(), partition.replicas->end());
    }
  }
  return wanted;
}

struct Topic {
  std::string_view name;
  std::size_t partitions;
};
std::span<Topic> shape_of(Call& call, const Request& request) {
  const auto topics = call.arena.array<Topic>(request.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i)
    topics[i] = {call.arena.copy(request.topics[i].name), request.topics[i].partitions.size()};
  return topics;
}

std::span<TopicAnswer> answers_of(Call& call, std::span<const Topic> shape, std::span<const controller::PartitionOutcome> outcomes) {
  const auto topics = call.arena.array<TopicAnswer>(shape.size());
  for (std::size_t t = 0; t < topics.size(); ++t) {
    const auto partitions = call.arena.array<PartitionAnswer>(shape[t].partitions);
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = outcomes[p].partition;
      partitions[p].error_code = outcomes[p].error;
      partitions[p].error_message.reset();
      if (!outcomes[p].message.empty()) partitions[p].error_message = call.arena.copy(error_text(outcomes[p].message));
    }
    outcomes = outcomes.subspan(partitions.size());
    topics[t].name = shape[t].name;
    topics[t].partitions = partitions;
  }
  return topics;
}

}  // namespace

void alter_partition_reassignments(Call& call) {
  Request request;
  if (!call.read(request)) return;
  if (names_too_many(call, cost_of_partitions(request.topics))) return;
  call.shard.broker.ask_controller<controller::AlterPartitionReassignmentsReply>(
      call,
      [wanted = wanted_of(request)](controller::Controller& controller, auto reply) {
        controller.alter_partition_reassignments(wanted, std::move(reply));
      },
      [shape = shape_of(call, request), allowed = request.allow_replication_factor_change](
          Call& waiting, const controller::AlterPartitionReassignmentsReply& reply) {
        Response response;
        response.allow_replication_factor_change = allowed;
        response.error_code = reply.error;
        response.error_message.reset();
        if (!reply.message.empty()) response.error_message = error_text(reply.message);
        if (reply.ok()) response.responses = answers_of(waiting, shape, reply.partitions);
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
