#include "kernel/quorum/controller_questions.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

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
  std::unordered_map<std::string_view, const wire::CreateTopicsResponse::CreatableTopicResult*> answers;
  for (const auto& one : response.topics) answers.emplace(one.name, &one);
  for (controller::TopicCreated& topic : reply.topics) {
    const auto answer = answers.find(topic.name);
    if (answer == answers.end()) continue;
    const auto* told = answer->second;
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

// Directories

// A topic for each replica: the message allows it, and there are few.
wire::AssignReplicasToDirsRequest AskToAssignDirectories::message() {
  using Message = wire::AssignReplicasToDirsRequest;
  arena.reset();
  const auto directories = arena.array<Message::DirectoryData>(request.replicas.size());
  const auto topics = arena.array<Message::TopicData>(request.replicas.size());
  const auto partitions = arena.array<Message::PartitionData>(request.replicas.size());
  std::ranges::stable_sort(request.replicas, {}, &controller::ReplicaDirectory::directory);
  std::size_t count = 0;
  for (std::size_t i = 0; i < request.replicas.size();) {
    const Uuid directory = request.replicas[i].directory;
    const std::size_t begin = i;
    for (; i < request.replicas.size() && request.replicas[i].directory == directory; ++i) {
      partitions[i].partition_index = request.replicas[i].partition;
      topics[i].topic_id = request.replicas[i].topic_id;
      topics[i].partitions = partitions.subspan(i, 1);
    }
    directories[count].id = directory;
    directories[count++].topics = topics.subspan(begin, i - begin);
  }
  Message message;
  message.broker_id = request.broker_id;
  message.broker_epoch = request.broker_epoch;
  message.directories = directories.first(count);
  return message;
}

controller::AssignReplicasToDirsReply AskToAssignDirectories::read(const Response& response) const {
  auto reply = outcome<controller::AssignReplicasToDirsReply>(response.error_code);
  if (!reply.ok()) return reply;
  reply.replicas.assign(request.replicas.size(), {ErrorCode::kUnknownServerError, "the controller did not say"});
  for (std::size_t i = 0; i < request.replicas.size(); ++i)
    for (const auto& directory : response.directories)
      for (const auto& topic : directory.topics)
        for (const auto& partition : topic.partitions)
          if (topic.topic_id == request.replicas[i].topic_id && partition.partition_index == request.replicas[i].partition)
            reply.replicas[i] = {partition.error_code, std::string(wire::error_message(partition.error_code))};
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
