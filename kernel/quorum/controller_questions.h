// What a broker asks the controller for itself, as messages: each holds the request and what its message views. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/base/arena.h"
#include "kernel/controller/requests.h"
#include "kernel/wire/errors.h"
#include "kernel/wire/messages/19_create_topics.h"
#include "kernel/wire/messages/20002_choose_offset_store.h"
#include "kernel/wire/messages/62_broker_registration.h"
#include "kernel/wire/messages/63_broker_heartbeat.h"
#include "kernel/wire/messages/67_allocate_producer_ids.h"
#include "kernel/wire/messages/73_assign_replicas_to_dirs.h"

namespace barnabas::quorum {

using wire::ErrorCode;

template <class Reply>
Reply outcome(ErrorCode error) {
  Reply reply;
  reply.error = error;
  reply.message = wire::error_message(error);
  return reply;
}

struct AskToCreateTopics {
  using Request = controller::CreateTopicsRequest;
  using Response = wire::CreateTopicsResponse;
  static constexpr bool kChangesMetadata = true;
  static constexpr bool kKeepsRegistered = false;

  explicit AskToCreateTopics(Request what) : request(std::move(what)) {}
  wire::CreateTopicsRequest message();
  controller::CreateTopicsReply read(const Response& response) const;
  controller::CreateTopicsReply refused(ErrorCode error) const;
  static ErrorCode error(const controller::CreateTopicsReply& reply) {
    return reply.topics.empty() ? ErrorCode::kNone : reply.topics[0].error;
  }

  Request request;
  base::Arena arena;
};

struct AskToChooseOffsetStore {
  using Request = controller::ChooseOffsetStoreRequest;
  using Response = wire::ChooseOffsetStoreResponse;
  static constexpr bool kChangesMetadata = true;
  static constexpr bool kKeepsRegistered = false;

  explicit AskToChooseOffsetStore(Request what) : request(std::move(what)) {}
  wire::ChooseOffsetStoreRequest message() const;
  controller::ChooseOffsetStoreReply read(const Response& response) const;
  controller::ChooseOffsetStoreReply refused(ErrorCode error) const { return outcome<controller::ChooseOffsetStoreReply>(error); }
  static ErrorCode error(const controller::ChooseOffsetStoreReply& reply) { return reply.error; }

  Request request;
};

struct AskForProducerIds {
  using Request = controller::ProducerIdsRequest;
  using Response = wire::AllocateProducerIdsResponse;
  static constexpr bool kChangesMetadata = false;
  static constexpr bool kKeepsRegistered = false;

  explicit AskForProducerIds(Request what) : request(what) {}
  wire::AllocateProducerIdsRequest message() const;
  controller::ProducerIdsReply read(const Response& response) const;
  controller::ProducerIdsReply refused(ErrorCode error) const { return outcome<controller::ProducerIdsReply>(error); }
  static ErrorCode error(const controller::ProducerIdsReply& reply) { return reply.error; }

  Request request;
};

struct AskToRegister {
  using Request = controller::BrokerRegistration;
  using Response = wire::BrokerRegistrationResponse;
  static constexpr bool kChangesMetadata = false;
  static constexpr bool kKeepsRegistered = true;

  explicit AskToRegister(Request what) : request(std::move(what)) {}
  wire::BrokerRegistrationRequest message();
  controller::RegistrationReply read(const Response& response) const;
  controller::RegistrationReply refused(ErrorCode error) const { return outcome<controller::RegistrationReply>(error); }
  static ErrorCode error(const controller::RegistrationReply& reply) { return reply.error; }

  Request request;
  base::Arena arena;
};

struct AskForLife {
  using Request = controller::BrokerHeartbeat;
  using Response = wire::BrokerHeartbeatResponse;
  static constexpr bool kChangesMetadata = false;
  static constexpr bool kKeepsRegistered = true;

  explicit AskForLife(Request what) : request(std::move(what)) {}
  wire::BrokerHeartbeatRequest message() const;
  controller::HeartbeatReply read(const Response& response) const;
  controller::HeartbeatReply refused(ErrorCode error) const { return outcome<controller::HeartbeatReply>(error); }
  static ErrorCode error(const controller::HeartbeatReply& reply) { return reply.error; }

  Request request;
};

struct AskToAssignDirectories {
  using Request = controller::AssignReplicasToDirsRequest;
  using Response = wire::AssignReplicasToDirsResponse;
  static constexpr bool kChangesMetadata = true;
  static constexpr bool kKeepsRegistered = false;

  explicit AskToAssignDirectories(Request what) : request(std::move(what)) {}
  wire::AssignReplicasToDirsRequest message();
  controller::AssignReplicasToDirsReply read(const Response& response) const;
  controller::AssignReplicasToDirsReply refused(ErrorCode error) const { return outcome<controller::AssignReplicasToDirsReply>(error); }
  static ErrorCode error(const controller::AssignReplicasToDirsReply& reply) { return reply.error; }

  Request request;
  base::Arena arena;
};

}  // namespace barnabas::quorum
