// JoinGroup: a member joins a classic group, and hears of its generation when all have joined.
#include "kernel/wire/messages/11_join_group.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using Request = wire::JoinGroupRequest;
using Response = wire::JoinGroupResponse;

group::JoinRequest asked_of(const Call& call, const Request& request) {
  group::JoinRequest asked;
  asked.group = request.group_id;
  asked.member_id = request.member_id;
  asked.instance_id = owned(request.group_instance_id);
  asked.client = group_client(call);
  asked.session_timeout_ms = request.session_timeout_ms;
  asked.rebalance_timeout_ms = call.api_version >= 1 ? request.rebalance_timeout_ms : request.session_timeout_ms;
  asked.protocol_type = request.protocol_type;
  for (const auto& protocol : request.protocols) asked.protocols.push_back({std::string(protocol.name), owned(protocol.metadata)});
  asked.reason = request.reason.value_or("");
  asked.version = call.api_version;
  return asked;
}

void answer(Call& call, const group::JoinReply& reply) {
  Response response;
  response.error_code = reply.error;
  response.generation_id = reply.generation;
  response.protocol_type = view_of(reply.protocol_type);
  response.protocol_name = view_of(reply.protocol);
  if (call.api_version < 7 && !reply.protocol) response.protocol_name = wire::kEmpty;
  response.leader = reply.leader;
  response.skip_assignment = call.api_version >= 9 && reply.skip_assignment;
  response.member_id = reply.member_id;
  const auto members = call.arena.array<ElementOf<&Response::members>>(reply.members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i].member_id = reply.members[i].id;
    members[i].group_instance_id = view_of(reply.members[i].instance_id);
    members[i].metadata = octets_of(reply.members[i].metadata);
  }
  response.members = members;
  call.answer(response);
}

}  // namespace

void join_group(Call& call) {
  Request request;
  if (!call.read(request)) return;
  ask_coordinator<group::JoinReply>(
      call, Operation::kRead, request.group_id,
      [asked = asked_of(call, request)](group::Coordinator& coordinator, auto reply) mutable {
        coordinator.join(std::move(asked), std::move(reply));
      },
      answer);
}

}  // namespace barnabas::broker
