// What the controller decides: one function for each request. Pure: the request and the draft's metadata in, records into the draft, the
// reply out.
//
// An item that is refused leaves no record. One thread at a time for each draft.
#pragma once

#include "kernel/controller/draft.h"
#include "kernel/controller/requests.h"

namespace barnabas::controller {

CreateTopicsReply decide(const CreateTopicsRequest& request, Draft& draft);
DeleteTopicsReply decide(const DeleteTopicsRequest& request, Draft& draft);
CreatePartitionsReply decide(const CreatePartitionsRequest& request, Draft& draft);
AlterConfigsReply decide(const AlterConfigsRequest& request, Draft& draft);
UpdateFeaturesReply decide(const UpdateFeaturesRequest& request, Draft& draft);
ChooseOffsetStoreReply decide(const ChooseOffsetStoreRequest& request, Draft& draft);
ElectLeadersReply decide(const ElectLeadersRequest& request, Draft& draft);
AlterPartitionReassignmentsReply decide(const AlterPartitionReassignmentsRequest& request, Draft& draft);
ProducerIdsReply decide(const ProducerIdsRequest& request, Draft& draft);
RegistrationReply decide(const BrokerRegistration& request, Draft& draft);
HeartbeatReply decide(const BrokerHeartbeat& request, Draft& draft);
UnregisterBrokerReply decide(const UnregisterBrokerRequest& request, Draft& draft);
AlterPartitionReply decide(const AlterPartitionRequest& request, Draft& draft);
AssignReplicasToDirsReply decide(const AssignReplicasToDirsRequest& request, Draft& draft);

// The registration as a store that keeps sessions gets it: the epoch is the store's to give.
catalog::FramedRecords registration_record(const BrokerRegistration& request, std::int16_t level);

// Takes the brokers whose session is over out of service.
void fence_expired(Draft& draft);

// Leaders of partitions by who is registered, where the store keeps the sessions; Sessions::settled() says whether that was all of it.
void follow_brokers(Draft& draft);

// What a new leader writes before anything else: features where there are none yet, and the cluster-wide min.insync.replicas that eligible
// leaders need.
void activate(Draft& draft);
// The latter alone, where eligible leaders are kept.
void secure_min_isr(Draft& draft);

// The same reply with `error` in every item: what comes instead of a decision.
CreateTopicsReply refuse(const CreateTopicsRequest& request, const Outcome& error);
DeleteTopicsReply refuse(const DeleteTopicsRequest& request, const Outcome& error);
CreatePartitionsReply refuse(const CreatePartitionsRequest& request, const Outcome& error);
AlterConfigsReply refuse(const AlterConfigsRequest& request, const Outcome& error);
UpdateFeaturesReply refuse(const UpdateFeaturesRequest& request, const Outcome& error);
ChooseOffsetStoreReply refuse(const ChooseOffsetStoreRequest& request, const Outcome& error);
ElectLeadersReply refuse(const ElectLeadersRequest& request, const Outcome& error);
AlterPartitionReassignmentsReply refuse(const AlterPartitionReassignmentsRequest& request, const Outcome& error);
ProducerIdsReply refuse(const ProducerIdsRequest& request, const Outcome& error);
RegistrationReply refuse(const BrokerRegistration& request, const Outcome& error);
HeartbeatReply refuse(const BrokerHeartbeat& request, const Outcome& error);
UnregisterBrokerReply refuse(const UnregisterBrokerRequest& request, const Outcome& error);
AlterPartitionReply refuse(const AlterPartitionRequest& request, const Outcome& error);
AssignReplicasToDirsReply refuse(const AssignReplicasToDirsRequest& request, const Outcome& error);

}  // namespace barnabas::controller
