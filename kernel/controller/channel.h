// The way to the cluster's controller, wherever it is: in this process while this node leads, otherwise in another one. What a broker wants
// for itself has a function of its own; what a client asked is forwarded as it came. Everything on the controller's loop.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/controller/requests.h"

namespace barnabas::controller {

// A client's request, header and body without the length, and who sent it.
struct ForwardedRequest {
  std::vector<std::uint8_t> octets;
  std::string principal;  // "User:NAME"
  std::string address;
};

class Channel {
 public:
  virtual ~Channel() = default;

  // Each calls `reply` once, never from inside the call: changes when this node's own image has them (or after a second, if it hears
  // nothing of the leader meanwhile), or with the reason why not. NOT_CONTROLLER when no controller was found in time, REQUEST_TIMED_OUT
  // when an answer did not come: what was asked may have been done, whatever was said when it was asked again.
  virtual void create_topics(CreateTopicsRequest request, std::function<void(CreateTopicsReply)> reply) = 0;
  virtual void choose_offset_store(ChooseOffsetStoreRequest request, std::function<void(ChooseOffsetStoreReply)> reply) = 0;
  virtual void allocate_producer_ids(ProducerIdsRequest request, std::function<void(ProducerIdsReply)> reply) = 0;
  virtual void register_broker(BrokerRegistration request, std::function<void(RegistrationReply)> reply) = 0;
  virtual void heartbeat(BrokerHeartbeat request, std::function<void(HeartbeatReply)> reply) = 0;

  virtual void assign_replicas_to_dirs(AssignReplicasToDirsRequest request, std::function<void(AssignReplicasToDirsReply)> reply) = 0;

  // The response, header and body without the length. kUnavailable: no other node leads, or it did not answer; the caller may ask here.
  virtual void forward(ForwardedRequest request, std::function<void(Result<std::vector<std::uint8_t>>)> reply) = 0;
};

}  // namespace barnabas::controller
