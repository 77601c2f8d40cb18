// The controller as a broker reaches it: its own while this node leads, otherwise the leader that is followed, over the network. While
// nobody leads, a question waits some time and is asked again. Everything on the loop.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "kernel/client/client.h"
#include "kernel/controller/channel.h"
#include "kernel/controller/controller.h"
#include "kernel/quorum/follower.h"

namespace barnabas::quorum {

class ControllerChannel final : public controller::Channel {
 public:
  // `session_timeout_ns`: broker.session.timeout.ms. The arguments outlive it.
  ControllerChannel(base::Loop& loop, controller::Controller& own, Follower& follower, std::int64_t session_timeout_ns);
  ~ControllerChannel() override;

  void create_topics(controller::CreateTopicsRequest request, std::function<void(controller::CreateTopicsReply)> reply) override;
  void choose_offset_store(controller::ChooseOffsetStoreRequest request,
                           std::function<void(controller::ChooseOffsetStoreReply)> reply) override;
  void allocate_producer_ids(controller::ProducerIdsRequest request, std::function<void(controller::ProducerIdsReply)> reply) override;
  void register_broker(controller::BrokerRegistration request, std::function<void(controller::RegistrationReply)> reply) override;
  void heartbeat(controller::BrokerHeartbeat request, std::function<void(controller::HeartbeatReply)> reply) override;
  void assign_replicas_to_dirs(controller::AssignReplicasToDirsRequest request,
                               std::function<void(controller::AssignReplicasToDirsReply)> reply) override;
  void forward(controller::ForwardedRequest request, std::function<void(Result<std::vector<std::uint8_t>>)> reply) override;

 private:
  class Question;
  template <class Asked, class Reply>
  class Asking;

  void begin(const std::shared_ptr<Question>& question);

  base::Loop& loop_;
  controller::Controller& own_;
  Follower& follower_;
  client::Client client_;
  client::Client lifeline_;  // what keeps this broker registered waits behind nothing else, and is asked again before its session ends
  std::set<std::shared_ptr<Question>> questions_;  // that are not answered
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::quorum
