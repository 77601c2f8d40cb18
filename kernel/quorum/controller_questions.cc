#include "kernel/quorum/controller_questions.h"

#include <algorithm>

namespace barnabas::quorum {

// Topics

wire::CreateTopicsRequest AskToCreateTopics::message() {
  using Topic = wire::CreateTopicsRequest::CreatableTopic;
  arena.reset();
  const auto topics = arena.array<Topic>(request.topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    const controller::TopicSpec& spec = request.topics[i];
    topics[i].name = spec.name;
    topics[i].num_partitions = spec.partitions;
    topics[i].replication_factor = spec.replication;
    topics[i].assignments = arena.array<wire::CreateTopicsRequest::CreatableReplicaAssignment>(spec.assignments.size());
    for (std::size_t k = 0; k < spec.assignments.size(); ++k) {
      topics[i].assignments[k].partition_index = spec.assignments[k].partition;
      topics[i].assignments[k].broker_ids = spec.assignments[k].replicas;
    }
    topics[i].configs = arena.array<wire::CreateTopicsRequest::CreatableTopicConfig>(spec.configs.size());
    for (std::size_t k = 0; k < spec.configs.size(); ++k) {
      topics[i].configs[k].name = spec.configs[k].first;
      topics[i].configs[k].value.reset();
      if (spec.configs[k].second) topics[i].configs[k].value = std::string_view(*spec.configs[k].second);
    }
  }
  wire::CreateTopicsRequest message;
  message.topics = topics;
  message.validate_only = request.validate_only;
  return message;
}

controller::CreateTopicsReply AskToCreateTopics::read(const Response& response) const {
  controller::CreateTopicsReply reply = refused(ErrorCode::kUnknownServerError);
  for (controller::TopicCreated& topic : reply.topics) {
    const auto told = std::ranges::find_if(response.topics, [&](const auto& one) { return one.name == topic.name; });
    if (told == response.topics.end()) continue;
    topic.error = told->error_code;
    topic.message = told->error_message ? std::string(*told->error_message) : std::string();
    topic.id = told->topic_id;
    topic.partitions = told->num_partitions;
    topic.replication = told->replication_factor;
  }
  return reply;
}

controller::CreateTopicsReply AskToCreateTopics::refused(ErrorCode error) const {
  controller::CreateTopicsReply reply;
  for (const controller::TopicSpec& spec : request.topics) {
    controller::TopicCreated& topic = reply.topics.emplace_back(outcome<controller::TopicCreated>(error));
    topic.name = spec.name;
  }
  return reply;
}

// Offset stores

wire::ChooseOffsetStoreRequest AskToChooseOffsetStore::message() const {
  wire::ChooseOffsetStoreRequest message;
  message.group_id = request.group;
  message.store = request.store;
  message.home = request.home;
  message.home_epoch = request.epoch;
  return message;
}

controller::ChooseOffsetStoreReply AskToChooseOffsetStore::read(const Response& response) const {
  controller::ChooseOffsetStoreReply reply;
  reply.error = response.error_code;
  if (response.error_message) reply.message = std::string(*response.error_message);
  return reply;
}

// Producer ids

wire::AllocateProducerIdsRequest AskForProducerIds::message() const {
  wire::AllocateProducerIdsRequest message;
  message.broker_id = request.broker_id;
  message.broker_epoch = request.broker_epoch;
  return message;
}

controller::ProducerIdsReply AskForProducerIds::read(const Response& response) const {
  auto reply = outcome<controller::ProducerIdsReply>(response.error_code);
  reply.first = response.producer_id_start;
  reply.count = response.producer_id_len;
  return reply;
}

// Registration and heartbeats

wire::BrokerRegistrationRequest AskToRegister::message() {
  arena.reset();
  wire::BrokerRegistrationRequest message;
  message.broker_id = request.id;
  message.cluster_id = request.cluster_id;
  message.incarnation_id = request.incarnation;
  message.listeners = arena.array<wire::BrokerRegistrationRequest::Listener>(request.endpoints.size());
  for (std::size_t i = 0; i < request.endpoints.size(); ++i) {
    const catalog::Endpoint& endpoint = request.endpoints[i];
    message.listeners[i].name = endpoint.name;
    message.listeners[i].host = endpoint.host;
    message.listeners[i].port = endpoint.port;
    message.listeners[i].security_protocol = endpoint.security_protocol;
  }
  message.features = arena.array<wire::BrokerRegistrationRequest::Feature>(request.features.size());
  for (std::size_t i = 0; i < request.features.size(); ++i) {
    message.features[i].name = request.features[i].name;
    message.features[i].min_supported_version = request.features[i].min_level;
    message.features[i].max_supported_version = request.features[i].max_level;
  }
  message.rack.reset();
  if (request.rack) message.rack = std::string_view(*request.rack);
  message.log_dirs = request.directories;
  message.previous_broker_epoch = request.previous_epoch;
  return message;
}

controller::RegistrationReply AskToRegister::read(const Response& response) const {
  auto reply = outcome<controller::RegistrationReply>(response.error_code);
  reply.epoch = response.broker_epoch;
  return reply;
}

wire::BrokerHeartbeatRequest AskForLife::message() const {
  wire::BrokerHeartbeatRequest message;
  message.broker_id = request.id;
  message.broker_epoch = request.epoch;
  message.current_metadata_offset = request.metadata_offset;
  message.want_fence = request.want_fence;
  message.want_shut_down = request.want_shutdown;
  message.offline_log_dirs = request.offline_directories;
  message.cordoned_log_dirs.reset();
  return message;
}

controller::HeartbeatReply AskForLife::read(const Response& response) const {
  auto reply = outcome<controller::HeartbeatReply>(response.error_code);
  reply.caught_up = response.is_caught_up;
  reply.fenced = response.is_fenced;
  reply.should_shut_down = response.should_shut_down;
  return reply;
}

}  // namespace barnabas::quorum
