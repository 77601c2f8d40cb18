// DescribeQuorum: who keeps the metadata log, and how far those who follow it have come.
#include "kernel/wire/messages/55_describe_quorum.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/catalog/metadata_topic.h"
#include "kernel/controller/describe_quorum.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::DescribeQuorumRequest;
using Response = wire::DescribeQuorumResponse;
using TopicAnswer = ElementOf<&Response::topics>;
using PartitionAnswer = ElementOf<&TopicAnswer::partitions>;
using ReplicaAnswer = ElementOf<&PartitionAnswer::current_voters>;
using NodeAnswer = ElementOf<&Response::nodes>;
using Listener = ElementOf<&NodeAnswer::listeners>;

constexpr std::int16_t kTellsPlaces = 2;  // from this version on: directories, and where voters are reached

bool is_for_metadata(const Request& request) {
  return request.topics.size() == 1 && request.topics[0].topic_name == catalog::kMetadataTopic &&
         request.topics[0].partitions.size() == 1 && request.topics[0].partitions[0].partition_index == 0;
}

// There is one log of that kind: who asks for another, or for more, gets nothing.
void refuse(Call& call, const Request& request) {
  Response response;
  const auto topics = call.arena.array<TopicAnswer>(request.topics.size());
  for (std::size_t t = 0; t < topics.size(); ++t) {
    const auto partitions = call.arena.array<PartitionAnswer>(request.topics[t].partitions.size());
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = request.topics[t].partitions[p].partition_index;
      partitions[p].error_code = ErrorCode::kUnknownTopicOrPartition;
      partitions[p].error_message = std::string_view("This server does not host this topic-partition.");
    }
    topics[t].topic_name = request.topics[t].topic_name;
    topics[t].partitions = partitions;
  }
  response.topics = topics;
  call.answer(response);
}

std::span<ReplicaAnswer> replicas_of(Call& call, const std::vector<controller::QuorumReplica>& replicas) {
  const auto answers = call.arena.array<ReplicaAnswer>(replicas.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].replica_id = replicas[i].id;
    if (call.api_version >= kTellsPlaces) answers[i].replica_directory_id = replicas[i].directory;
    answers[i].log_end_offset = replicas[i].end_offset;
    answers[i].last_fetch_timestamp = replicas[i].fetched_ms;
    answers[i].last_caught_up_timestamp = replicas[i].caught_up_ms;
  }
  return answers;
}

// Where a voter is reached: as a controller, or as the broker that it also is.
std::span<NodeAnswer> nodes_of(Call& call, const catalog::Image& image, std::int32_t voter) {
  const auto controller = image.controllers().find(voter);
  const catalog::Broker* broker = image.broker(voter);
  const std::vector<catalog::Endpoint>* endpoints = nullptr;
  if (controller != image.controllers().end()) {
    endpoints = &controller->second->endpoints;
  } else if (broker != nullptr) {
    endpoints = &broker->endpoints;
  }
  if (endpoints == nullptr) return {};
  const auto listeners = call.arena.array<Listener>(endpoints->size());
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    listeners[i].name = (*endpoints)[i].name;
    listeners[i].host = (*endpoints)[i].host;
    listeners[i].port = (*endpoints)[i].port;
  }
  const auto nodes = call.arena.array<NodeAnswer>(1);
  nodes[0].node_id = voter;
  nodes[0].listeners = listeners;
  return nodes;
}

void answer(Call& call, const controller::Quorum& quorum) {
  const auto partitions = call.arena.array<PartitionAnswer>(1);
  partitions[0].leader_id = quorum.leader;
  partitions[0].leader_epoch = quorum.term;
  partitions[0].high_watermark = quorum.high_watermark;
  partitions[0].current_voters = replicas_of(call, quorum.voters);
  partitions[0].observers = replicas_of(call, quorum.observers);
  const auto topics = call.arena.array<TopicAnswer>(1);
  topics[0].topic_name = catalog::kMetadataTopic;
  topics[0].partitions = partitions;
  Response response;
  response.topics = topics;
  if (call.api_version >= kTellsPlaces) response.nodes = nodes_of(call, *call.shard.view.image, quorum.leader);
  call.answer(response);
}

}  // namespace

void describe_quorum(Call& call) {
  Request request;
  if (!call.read(request)) return;
  if (!is_for_metadata(request)) return refuse(call, request);
  using Answer = std::optional<controller::Quorum>;
  call.shard.broker.ask_controller<Answer>(
      call,
      [&broker = call.shard.broker](controller::Controller& controller, auto reply) {
        reply(controller::describe_quorum(*controller.image(), controller.feed().followers(), broker.controller_loop().turn_wall_ms()));
      },
      [](Call& waiting, const Answer& quorum) {
        if (quorum) return answer(waiting, *quorum);
        Response response;
        response.error_code = ErrorCode::kNotLeaderOrFollower;
        response.error_message = std::string_view("This node is not the leader of the quorum.");
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
