// CreateTopics: asks the controller, and tells what came of it, with the configuration that the topic has now.
#include "kernel/wire/messages/19_create_topics.h"

#include <memory>

#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/effective_configs.h"

namespace barnabas::broker {
namespace {

using Request = wire::CreateTopicsRequest;
using Response = wire::CreateTopicsResponse;
using TopicAnswer = ElementOf<&Response::topics>;

controller::TopicSpec spec_of(const ElementOf<&Request::topics>& topic) {
  controller::TopicSpec spec;
  spec.name = topic.name;
  spec.partitions = topic.num_partitions;
  spec.replication = topic.replication_factor;
  for (const auto& assignment : topic.assignments)
    spec.assignments.push_back({assignment.partition_index, {assignment.broker_ids.begin(), assignment.broker_ids.end()}});
  for (const auto& config : topic.configs)
    spec.configs.emplace_back(std::string(config.name), config.value ? std::optional<std::string>(*config.value) : std::nullopt);
  return spec;
}

using ConfigAnswers = std::remove_cvref_t<decltype(*std::declval<TopicAnswer>().configs)>;

// `wanted`: what the request set. A topic that was only tried has nothing else of its own.
ConfigAnswers describe(Call& call, const controller::TopicSpec& wanted) {
  using ConfigAnswer = std::remove_const_t<ConfigAnswers::element_type>;
  const EffectiveConfigs configs(*call.shard.view.image, call.shard.broker.file, call.shard.broker.settings.node_id);
  const auto keys = config::topic_keys();
  const auto answers = call.arena.array<ConfigAnswer>(keys.size());
  std::size_t count = 0;
  for (const config::KafkaKey& key : keys) {
    if (!is_told(key)) continue;
    ConfigLayer layer = configs.topic_layers(wanted.name, key).front();
    for (const auto& [name, value] : wanted.configs)
      if (name == key.name && value) layer = {name, std::string(config::trimmed(*value)), ConfigSource::kTopic};
    ConfigAnswer& answer = answers[count++];
    answer.name = key.name;
    if (layer.value) answer.value = call.arena.copy(*layer.value);
    answer.config_source = static_cast<std::int8_t>(layer.source);
    answer.is_sensitive = key.is_secret();
  }
  return answers.first(count);
}

void answer(Call& call, const controller::CreateTopicsRequest& wanted, const controller::CreateTopicsReply& reply) {
  Response response;
  const auto topics = call.arena.array<TopicAnswer>(reply.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    const controller::TopicCreated& made = reply.topics[i];
    topics[i].name = call.arena.copy(made.name);
    topics[i].error_code = made.error;
    topics[i].error_message.reset();
    if (!made.message.empty()) topics[i].error_message = call.arena.copy(error_text(made.message));
    if (!made.ok()) continue;
    topics[i].topic_id = made.id;
    topics[i].num_partitions = made.partitions;
    topics[i].replication_factor = made.replication;
    topics[i].configs = describe(call, wanted.topics[i]);
  }
  response.topics = topics;
  call.answer(response);
}

}  // namespace

void create_topics(Call& call) {
  Request request;
  if (!call.read(request)) return;
  // Asking and answering both need it; it may be large, so it is shared.
  const auto wanted = std::make_shared<controller::CreateTopicsRequest>();
  wanted->validate_only = request.validate_only;
  for (const auto& topic : request.topics) wanted->topics.push_back(spec_of(topic));
  call.shard.broker.ask_controller<controller::CreateTopicsReply>(
      call, [wanted](controller::Controller& controller, auto reply) { controller.create_topics(*wanted, std::move(reply)); },
      [wanted](Call& waiting, const controller::CreateTopicsReply& reply) { answer(waiting, *wanted, reply); });
}

}  // namespace barnabas::broker
