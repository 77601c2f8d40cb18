// ElectLeaders: the preferred leaders of partitions, or any that live.
#include "kernel/wire/messages/43_elect_leaders.h"

#include <fmt/format.h>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using Request = wire::ElectLeadersRequest;
using Response = wire::ElectLeadersResponse;
using TopicAnswer = ElementOf<&Response::replica_election_results>;
using PartitionAnswer = ElementOf<&TopicAnswer::partition_result>;
using Outcomes = std::span<const controller::PartitionOutcome>;

controller::ElectLeadersRequest wanted_of(const Request& request) {
  controller::ElectLeadersRequest wanted;
  wanted.type = static_cast<controller::ElectionType>(request.election_type);
  if (!request.topic_partitions) return wanted;
  wanted.partitions.emplace();
  for (const auto& topic : *request.topic_partitions)
    wanted.partitions->emplace_back(std::string(topic.topic), std::vector<std::int32_t>(topic.partitions.begin(), topic.partitions.end()));
  return wanted;
}

void fill(Call& call, std::string_view topic, Outcomes outcomes, TopicAnswer& answer) {
  const auto partitions = call.arena.array<PartitionAnswer>(outcomes.size());
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    partitions[i].partition_id = outcomes[i].partition;
    partitions[i].error_code = outcomes[i].error;
    partitions[i].error_message.reset();
    if (!outcomes[i].message.empty()) partitions[i].error_message = call.arena.copy(error_text(outcomes[i].message));
  }
  answer.topic = call.arena.copy(topic);
  answer.partition_result = partitions;
}

// What was asked by name is answered by the same names, in the same order.
std::span<TopicAnswer> answers_by_request(Call& call, const controller::ElectLeadersRequest& wanted, Outcomes outcomes) {
  const auto topics = call.arena.array<TopicAnswer>(wanted.partitions->size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    const auto& [topic, partitions] = (*wanted.partitions)[i];
    const std::size_t count = std::min(partitions.size(), outcomes.size());
    fill(call, topic, outcomes.first(count), topics[i]);
    outcomes = outcomes.subspan(count);
  }
  return topics;
}

// Of all partitions only those come with which there was something to do: those of one topic stand together.
std::span<TopicAnswer> answers_by_outcome(Call& call, Outcomes outcomes) {
  std::vector<TopicAnswer> topics;
  while (!outcomes.empty()) {
    const std::string& topic = outcomes.front().topic;
    std::size_t count = 1;
    while (count < outcomes.size() && outcomes[count].topic == topic) ++count;
    fill(call, topic, outcomes.first(count), topics.emplace_back());
    outcomes = outcomes.subspan(count);
  }
  return copy_of(call.arena, topics);
}

}  // namespace

void elect_leaders(Call& call) {
  Request request;
  if (!call.read(request)) return;
  if (request.topic_partitions && names_too_many(call, cost_of_partitions(*request.topic_partitions))) return;
  const controller::ElectLeadersRequest wanted = wanted_of(request);
  call.shard.broker.ask_controller<controller::ElectLeadersReply>(
      call, [wanted](controller::Controller& controller, auto reply) { controller.elect_leaders(wanted, std::move(reply)); },
      [wanted](Call& waiting, const controller::ElectLeadersReply& reply) {
        Response response;
        response.error_code = reply.error;
        response.replica_election_results =
            wanted.partitions ? answers_by_request(waiting, wanted, reply.partitions) : answers_by_outcome(waiting, reply.partitions);
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
