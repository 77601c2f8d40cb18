// FindCoordinator: who coordinates a group: the leader of its partition of __consumer_offsets, which is made when it is asked for first.
// There are no transactions: their keys get an error that no client tries again, for it would until its own timeout. Share groups have no
// coordinator on this broker; their keys are told to ask again.
#include "kernel/wire/messages/10_find_coordinator.h"

#include <algorithm>

#include "kernel/broker/api/groups.h"
#include "kernel/broker/api/offsets_topic.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Response = wire::FindCoordinatorResponse;
using Coordinator = ElementOf<&Response::coordinators>;

constexpr std::int8_t kGroup = 0;
constexpr std::int8_t kTransaction = 1;
constexpr std::int8_t kShare = 2;

Coordinator nobody(std::string_view key, ErrorCode error, std::string_view reason = {}) {
  Coordinator coordinator;
  coordinator.key = key;
  coordinator.node_id = -1;
  coordinator.port = -1;
  coordinator.error_code = error;
  coordinator.error_message = reason;
  return coordinator;
}

Coordinator find(const Call& call, std::int8_t type, std::string_view key) {
  if (type == kTransaction) return nobody(key, ErrorCode::kTransactionalIdAuthorizationFailed, "This broker has no transactions yet.");
  if (type == kShare && call.api_version >= 6)
    return nobody(key, ErrorCode::kCoordinatorNotAvailable, "This broker coordinates no share groups.");
  if (type != kGroup) return nobody(key, ErrorCode::kInvalidRequest);
  if (!authorize(call, Operation::kDescribe, Resource::kGroup, key)) return nobody(key, ErrorCode::kGroupAuthorizationFailed);
  const catalog::Image& image = *call.shard.view.image;
  const catalog::Topic* topic = image.topic(kOffsetsTopic);
  if (topic == nullptr || topic->partition_count() == 0) return nobody(key, ErrorCode::kCoordinatorNotAvailable);
  const catalog::Partition* home = topic->partition(group::home_of(key, topic->partition_count()));
  const catalog::Broker* leader = home == nullptr ? nullptr : image.broker(home->leader);
  const catalog::Endpoint* endpoint = leader == nullptr || leader->fenced ? nullptr : leader->endpoint(call.client.listener);
  if (endpoint == nullptr) return nobody(key, ErrorCode::kCoordinatorNotAvailable);
  Coordinator coordinator;
  coordinator.key = key;
  coordinator.node_id = home->leader;
  coordinator.host = endpoint->host;
  coordinator.port = endpoint->port;
  return coordinator;
}

void answer(Call& call, std::int8_t type, std::span<const std::string_view> keys) {
  Response response;
  if (call.api_version < 4) {
    const Coordinator found = find(call, type, keys.front());
    response.error_code = found.error_code;
    response.error_message = found.error_message;
    response.node_id = found.node_id;
    response.host = found.host;
    response.port = found.port;
    return call.answer(response);
  }
  const auto coordinators = call.arena.array<Coordinator>(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) coordinators[i] = find(call, type, keys[i]);
  response.coordinators = coordinators;
  call.answer(response);
}

}  // namespace

void find_coordinator(Call& call) {
  wire::FindCoordinatorRequest request;
  if (!call.read(request)) return;
  const std::int8_t type = call.api_version >= 1 ? request.key_type : kGroup;
  const std::vector<std::string_view> asked =
      call.api_version < 4 ? std::vector{request.key} : std::vector(request.coordinator_keys.begin(), request.coordinator_keys.end());
  if (type != kGroup || asked.empty() || call.shard.view.image->topic(kOffsetsTopic) != nullptr) return answer(call, type, asked);
  std::vector<std::string> keys(asked.begin(), asked.end());
  call.shard.broker.ask_channel<controller::CreateTopicsReply>(
      call,
      [wanted = controller::CreateTopicsRequest{.topics = {offsets_topic(call)}, .validate_only = false}](controller::Channel& channel,
                                                                                                          auto reply) mutable {
        // Somebody else's request may have made it meanwhile: then it is there, which is as good.
        channel.create_topics(std::move(wanted), std::move(reply));
      },
      [keys = std::move(keys)](Call& waiting, const controller::CreateTopicsReply&) {
        // As Kafka: whoever was first asks again.
        Response response;
        const auto coordinators = waiting.arena.array<Coordinator>(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i) coordinators[i] = nobody(keys[i], ErrorCode::kCoordinatorNotAvailable);
        if (waiting.api_version >= 4) {
          response.coordinators = coordinators;
        } else {
          response.error_code = ErrorCode::kCoordinatorNotAvailable;
          response.node_id = response.port = -1;
        }
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
