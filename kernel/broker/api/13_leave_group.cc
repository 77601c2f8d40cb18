// LeaveGroup: members leave a classic group, of their own will or an operator's.
#include "kernel/wire/messages/13_leave_group.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using Request = wire::LeaveGroupRequest;
using Response = wire::LeaveGroupResponse;

void answer(Call& call, const group::LeaveReply& reply) {
  Response response;
  response.error_code = reply.error;
  if (call.api_version < 3) {
    // One member, whose error is the answer's.
    if (reply.error == wire::ErrorCode::kNone && !reply.members.empty()) response.error_code = reply.members.front().error;
    return call.answer(response);
  }
  const auto members = call.arena.array<ElementOf<&Response::members>>(reply.members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i].member_id = reply.members[i].id;
    members[i].group_instance_id = view_of(reply.members[i].instance_id);
    members[i].error_code = reply.members[i].error;
  }
  response.members = members;
  call.answer(response);
}

}  // namespace

void leave_group(Call& call) {
  Request request;
  if (!call.read(request)) return;
  group::LeaveRequest asked{.group = std::string(request.group_id), .members = {}};
  if (call.api_version < 3) asked.members.push_back({std::string(request.member_id), std::nullopt, {}});
  for (const auto& member : request.members)
    asked.members.push_back({std::string(member.member_id), owned(member.group_instance_id), std::string(member.reason.value_or(""))});
  ask_coordinator<group::LeaveReply>(
      call, Operation::kRead, request.group_id,
      [asked = std::move(asked)](group::Coordinator& coordinator, auto reply) mutable {
        coordinator.leave(std::move(asked), std::move(reply));
      },
      answer);
}

}  // namespace barnabas::broker
