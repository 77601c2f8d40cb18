// DeleteTopics: by name, or from version 6 on by id.
#include "kernel/wire/messages/20_delete_topics.h"

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::DeleteTopicsRequest;
using Response = wire::DeleteTopicsResponse;
using TopicAnswer = ElementOf<&Response::responses>;

controller::DeleteTopicsRequest wanted_of(const Call& call, const Request& request) {
  controller::DeleteTopicsRequest wanted;
  if (call.api_version < 6) {
    for (const std::string_view name : request.topic_names) wanted.topics.push_back({std::string(name), {}});
    return wanted;
  }
  for (const auto& topic : request.topics)
    wanted.topics.push_back({topic.name ? std::optional<std::string>(*topic.name) : std::nullopt, topic.topic_id});
  return wanted;
}

void answer(Call& call, const controller::DeleteTopicsReply& reply) {
  Response response;
  const auto topics = call.arena.array<TopicAnswer>(reply.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    const controller::TopicDeleted& gone = reply.topics[i];
    topics[i].name.reset();
    if (gone.name) topics[i].name = call.arena.copy(*gone.name);
    topics[i].topic_id = gone.id;
    topics[i].error_code = gone.error;
    if (gone.error == ErrorCode::kTopicDeletionDisabled && call.api_version < 3) topics[i].error_code = ErrorCode::kInvalidRequest;
    if (!gone.message.empty()) topics[i].error_message = call.arena.copy(error_text(gone.message));
  }
  response.responses = topics;
  call.answer(response);
}

}  // namespace

void delete_topics(Call& call) {
  Request request;
  if (!call.read(request)) return;
  call.shard.broker.ask_controller<controller::DeleteTopicsReply>(
      call,
      [wanted = wanted_of(call, request)](controller::Controller& controller, auto reply) {
        controller.delete_topics(wanted, std::move(reply));
      },
      [](Call& waiting, const controller::DeleteTopicsReply& reply) { answer(waiting, reply); });
}

}  // namespace barnabas::broker
