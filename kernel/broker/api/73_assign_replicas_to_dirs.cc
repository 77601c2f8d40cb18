// AssignReplicasToDirs: a broker says in which of its directories it has its replicas.
#include "kernel/wire/messages/73_assign_replicas_to_dirs.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using Request = wire::AssignReplicasToDirsRequest;
using Response = wire::AssignReplicasToDirsResponse;
using DirectoryAnswer = ElementOf<&Response::directories>;
using TopicAnswer = ElementOf<&DirectoryAnswer::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;

std::size_t cost_of(const Request& request) {
  std::size_t cost = 0;
  for (const auto& directory : request.directories) cost += cost_of_partitions(directory.topics);
  return cost;
}

controller::AssignReplicasToDirsRequest wanted_of(const Request& request) {
  controller::AssignReplicasToDirsRequest wanted{request.broker_id, request.broker_epoch, {}};
  for (const auto& directory : request.directories)
    for (const auto& topic : directory.topics)
      for (const auto& partition : topic.partitions) wanted.replicas.push_back({directory.id, topic.topic_id, partition.partition_index});
  return wanted;
}

// `asked` is in the arena, and only its numbers are read.
void answer(Call& call, std::span<const ElementOf<&Request::directories>> asked, const controller::AssignReplicasToDirsReply& reply) {
  Response response;
  response.error_code = reply.error;
  if (!reply.ok()) return call.answer(response);
  std::size_t next = 0;
  const auto directories = call.arena.array<DirectoryAnswer>(asked.size());
  for (std::size_t d = 0; d < directories.size(); ++d) {
    const auto topics = call.arena.array<TopicAnswer>(asked[d].topics.size());
    for (std::size_t t = 0; t < topics.size(); ++t) {
      const auto& asked_topic = asked[d].topics[t];
      const auto partitions = call.arena.array<PartitionAnswer>(asked_topic.partitions.size());
      for (std::size_t p = 0; p < partitions.size(); ++p) {
        partitions[p].partition_index = asked_topic.partitions[p].partition_index;
        partitions[p].error_code = reply.replicas[next++].error;
      }
      topics[t].topic_id = asked_topic.topic_id;
      topics[t].partitions = partitions;
    }
    directories[d].id = asked[d].id;
    directories[d].topics = topics;
  }
  response.directories = directories;
  call.answer(response);
}

}  // namespace

void assign_replicas_to_dirs(Call& call) {
  Request request;
  if (!call.read(request) || names_too_many(call, cost_of(request))) return;
  call.shard.broker.ask_controller<controller::AssignReplicasToDirsReply>(
      call,
      [wanted = wanted_of(request)](controller::Controller& controller, auto reply) {
        controller.assign_replicas_to_dirs(wanted, std::move(reply));
      },
      [asked = request.directories](Call& waiting, const controller::AssignReplicasToDirsReply& reply) { answer(waiting, asked, reply); });
}

}  // namespace barnabas::broker
