// ConsumerGroupHeartbeat: how members of KIP-848 groups join, stay, learn what they own, and leave. One request for all of it.
#include "kernel/wire/messages/68_consumer_group_heartbeat.h"

#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using Request = wire::ConsumerGroupHeartbeatRequest;
using Response = wire::ConsumerGroupHeartbeatResponse;

group::ConsumerHeartbeatRequest asked_of(const Call& call, const Request& request) {
  group::ConsumerHeartbeatRequest asked;
  asked.group = request.group_id;
  asked.member_id = request.member_id;
  asked.member_epoch = request.member_epoch;
  asked.instance_id = owned(request.instance_id);
  asked.rack_id = owned(request.rack_id);
  asked.rebalance_timeout_ms = request.rebalance_timeout_ms;
  if (request.subscribed_topic_names)
    asked.topic_names.emplace(request.subscribed_topic_names->begin(), request.subscribed_topic_names->end());
  if (call.api_version >= 1) asked.topic_regex = owned(request.subscribed_topic_regex);
  asked.assignor = owned(request.server_assignor);
  if (request.topic_partitions) {
    asked.owned.emplace();
    for (const auto& topic : *request.topic_partitions)
      asked.owned->push_back({topic.topic_id, {topic.partitions.begin(), topic.partitions.end()}});
  }
  asked.client = group_client(call);
  asked.version = call.api_version;
  return asked;
}

void answer(Call& call, const group::ConsumerHeartbeatReply& reply) {
  Response response;
  response.error_code = reply.error;
  response.error_message = error_text(reply.message);
  response.member_id = view_of(reply.member_id);
  response.member_epoch = reply.member_epoch;
  response.heartbeat_interval_ms = reply.heartbeat_interval_ms;
  if (reply.assignment) {
    const auto topics = call.arena.array<Response::TopicPartitions>(reply.assignment->size());
    for (std::size_t i = 0; i < topics.size(); ++i) {
      topics[i].topic_id = (*reply.assignment)[i].topic_id;
      topics[i].partitions = (*reply.assignment)[i].partitions;
    }
    response.assignment.emplace().topic_partitions = topics;
  }
  call.answer(response);
}

// Who may not see a topic does not learn by subscribing whether there is one.
bool may_see_all(const Call& call, const Request& request) {
  if (!request.subscribed_topic_names) return true;
  return std::ranges::all_of(*request.subscribed_topic_names,
                             [&](std::string_view name) { return authorize(call, Operation::kDescribe, Resource::kTopic, name); });
}

}  // namespace

void consumer_group_heartbeat(Call& call) {
  Request request;
  if (!call.read(request)) return;
  group::ConsumerHeartbeatReply refusal;
  if (!serves_consumer_groups(call)) {
    refusal.error = ErrorCode::kUnsupportedVersion;
    return answer(call, refusal);
  }
  const bool may_read = authorize(call, Operation::kRead, Resource::kGroup, request.group_id);
  if (may_read && !may_see_all(call, request)) {
    refusal.error = ErrorCode::kTopicAuthorizationFailed;
    return answer(call, refusal);
  }
  const Visit visit = request.member_epoch > 0 ? Visit::kStay : Visit::kOnce;  // who reads by the same connection has done so by then
  ask_coordinator<group::ConsumerHeartbeatReply>(
      call, Operation::kRead, request.group_id,
      [asked = asked_of(call, request)](group::Coordinator& coordinator, auto reply) mutable {
        coordinator.consumer_heartbeat(std::move(asked), std::move(reply));
      },
      answer, visit);
}

}  // namespace barnabas::broker
