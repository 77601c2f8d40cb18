// A reply that says one error of all that was asked.
#include "kernel/controller/decide.h"

namespace barnabas::controller {
namespace {

template <class Item>
Item refused(const Outcome& error) {
  Item item;
  static_cast<Outcome&>(item) = error;
  return item;
}

}  // namespace

CreateTopicsReply refuse(const CreateTopicsRequest& request, const Outcome& error) {
  CreateTopicsReply reply;
  for (const TopicSpec& topic : request.topics) {
    reply.topics.push_back(refused<TopicCreated>(error));
    reply.topics.back().name = topic.name;
  }
  return reply;
}

DeleteTopicsReply refuse(const DeleteTopicsRequest& request, const Outcome& error) {
  DeleteTopicsReply reply;
  for (const TopicReference& topic : request.topics) {
    reply.topics.push_back(refused<TopicDeleted>(error));
    reply.topics.back().name = topic.name;
    reply.topics.back().id = topic.id;
  }
  return reply;
}

CreatePartitionsReply refuse(const CreatePartitionsRequest& request, const Outcome& error) {
  CreatePartitionsReply reply;
  for (const PartitionsSpec& topic : request.topics) {
    reply.topics.push_back(refused<TopicOutcome>(error));
    reply.topics.back().topic = topic.topic;
  }
  return reply;
}

AlterConfigsReply refuse(const AlterConfigsRequest& request, const Outcome& error) {
  AlterConfigsReply reply;
  for (const ConfigAlteration& resource : request.resources) {
    reply.resources.push_back(refused<ResourceOutcome>(error));
    reply.resources.back().type = resource.type;
    reply.resources.back().name = resource.name;
  }
  return reply;
}

ElectLeadersReply refuse(const ElectLeadersRequest& request, const Outcome& error) {
  ElectLeadersReply reply = refused<ElectLeadersReply>(error);
  if (!request.partitions) return reply;
  for (const auto& [topic, partitions] : *request.partitions) {
    for (const std::int32_t index : partitions) {
      reply.partitions.push_back(refused<PartitionOutcome>(error));
      reply.partitions.back().topic = topic;
      reply.partitions.back().partition = index;
    }
  }
  return reply;
}

AlterPartitionReassignmentsReply refuse(const AlterPartitionReassignmentsRequest&, const Outcome& error) {
  return refused<AlterPartitionReassignmentsReply>(error);
}
UpdateFeaturesReply refuse(const UpdateFeaturesRequest&, const Outcome& error) { return refused<UpdateFeaturesReply>(error); }
ChooseOffsetStoreReply refuse(const ChooseOffsetStoreRequest&, const Outcome& error) { return refused<ChooseOffsetStoreReply>(error); }
ProducerIdsReply refuse(const ProducerIdsRequest&, const Outcome& error) { return refused<ProducerIdsReply>(error); }
RegistrationReply refuse(const BrokerRegistration&, const Outcome& error) { return refused<RegistrationReply>(error); }
HeartbeatReply refuse(const BrokerHeartbeat&, const Outcome& error) { return refused<HeartbeatReply>(error); }
UnregisterBrokerReply refuse(const UnregisterBrokerRequest&, const Outcome& error) { return refused<UnregisterBrokerReply>(error); }
AlterPartitionReply refuse(const AlterPartitionRequest&, const Outcome& error) { return refused<AlterPartitionReply>(error); }
AssignReplicasToDirsReply refuse(const AssignReplicasToDirsRequest&, const Outcome& error) {
  return refused<AssignReplicasToDirsReply>(error);
}

}  // namespace barnabas::controller
