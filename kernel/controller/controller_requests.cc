// What can be asked of a controller: each request waits in its queue to be decided.
#include "kernel/controller/job.h"
#include "kernel/wire/errors.h"

namespace barnabas::controller {

template <class Request, class Reply>
void Controller::submit(Request request, std::function<void(Reply)> reply) {
  auto job = std::make_unique<Asked<Request, Reply>>(std::move(request), std::move(reply));
  if (!stopping_ && !failed_ && queue_.size() < settings_.max_queued_requests) return enqueue(std::move(job));
  std::vector<std::unique_ptr<Job>> alone;
  alone.push_back(std::move(job));
  const bool gone = stopping_ || failed_;
  refuse_all(std::move(alone), gone ? ErrorCode::kNotController : ErrorCode::kRequestTimedOut,
             gone ? kNotLeading : "The controller has too many requests waiting.");
}

void Controller::create_topics(CreateTopicsRequest request, std::function<void(CreateTopicsReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::delete_topics(DeleteTopicsRequest request, std::function<void(DeleteTopicsReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::create_partitions(CreatePartitionsRequest request, std::function<void(CreatePartitionsReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::alter_configs(AlterConfigsRequest request, std::function<void(AlterConfigsReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::update_features(UpdateFeaturesRequest request, std::function<void(UpdateFeaturesReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::choose_offset_store(ChooseOffsetStoreRequest request, std::function<void(ChooseOffsetStoreReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::elect_leaders(ElectLeadersRequest request, std::function<void(ElectLeadersReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::alter_partition_reassignments(AlterPartitionReassignmentsRequest request,
                                               std::function<void(AlterPartitionReassignmentsReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::allocate_producer_ids(ProducerIdsRequest request, std::function<void(ProducerIdsReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::register_broker(BrokerRegistration request, std::function<void(RegistrationReply)> reply) {
  if (keeps_sessions_) return open_session(request, std::move(reply));
  submit(std::move(request), std::move(reply));
}
void Controller::heartbeat(BrokerHeartbeat request, std::function<void(HeartbeatReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::unregister_broker(UnregisterBrokerRequest request, std::function<void(UnregisterBrokerReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::alter_partition(AlterPartitionRequest request, std::function<void(AlterPartitionReply)> reply) {
  submit(std::move(request), std::move(reply));
}
void Controller::assign_replicas_to_dirs(AssignReplicasToDirsRequest request, std::function<void(AssignReplicasToDirsReply)> reply) {
  submit(std::move(request), std::move(reply));
}

}  // namespace barnabas::controller
