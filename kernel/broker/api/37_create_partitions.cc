// CreatePartitions: more partitions for topics that exist.
#include "kernel/wire/messages/37_create_partitions.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using Request = wire::CreatePartitionsRequest;
using Response = wire::CreatePartitionsResponse;
using TopicAnswer = ElementOf<&Response::results>;

controller::CreatePartitionsRequest wanted_of(const Request& request) {
  controller::CreatePartitionsRequest wanted;
  wanted.validate_only = request.validate_only;
  for (const auto& topic : request.topics) {
    controller::PartitionsSpec& spec = wanted.topics.emplace_back();
    spec.topic = topic.name;
    spec.count = topic.count;
    if (!topic.assignments) continue;
    spec.assignments.emplace();
    for (const auto& assignment : *topic.assignments)
      spec.assignments->emplace_back(assignment.broker_ids.begin(), assignment.broker_ids.end());
  }
  return wanted;
}

void answer(Call& call, const controller::CreatePartitionsReply& reply) {
  Response response;
  const auto topics = call.arena.array<TopicAnswer>(reply.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = call.arena.copy(reply.topics[i].topic);
    topics[i].error_code = reply.topics[i].error;
    if (!reply.topics[i].message.empty()) topics[i].error_message = call.arena.copy(error_text(reply.topics[i].message));
  }
  response.results = topics;
  call.answer(response);
}

}  // namespace

void create_partitions(Call& call) {
  Request request;
  if (!call.read(request)) return;
  call.shard.broker.ask_controller<controller::CreatePartitionsReply>(
      call,
      [wanted = wanted_of(request)](controller::Controller& controller, auto reply) {
        controller.create_partitions(wanted, std::move(reply));
      },
      [](Call& waiting, const controller::CreatePartitionsReply& reply) { answer(waiting, reply); });
}

}  // namespace barnabas::broker
