// SyncGroup: the leader of a classic group brings the assignments, and everybody gets theirs.
#include "kernel/wire/messages/14_sync_group.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

constexpr std::int16_t kFirstWithProtocol = 5;

void answer(Call& call, const group::SyncReply& reply) {
  wire::SyncGroupResponse response;
  response.error_code = reply.error;
  response.protocol_type = view_of(reply.protocol_type);
  response.protocol_name = view_of(reply.protocol);
  response.assignment = octets_of(reply.assignment);
  call.answer(response);
}

}  // namespace

void sync_group(Call& call) {
  wire::SyncGroupRequest request;
  if (!call.read(request)) return;
  if (call.api_version >= kFirstWithProtocol && (!request.protocol_type || !request.protocol_name)) {
    group::SyncReply refusal;
    refusal.error = wire::ErrorCode::kInconsistentGroupProtocol;
    return answer(call, refusal);
  }
  group::SyncRequest asked{.group = std::string(request.group_id),
                           .generation = request.generation_id,
                           .member_id = std::string(request.member_id),
                           .instance_id = owned(request.group_instance_id),
                           .protocol_type = owned(request.protocol_type),
                           .protocol = owned(request.protocol_name),
                           .assignments = {}};
  for (const auto& assignment : request.assignments)
    asked.assignments.push_back({std::string(assignment.member_id), owned(assignment.assignment)});
  ask_coordinator<group::SyncReply>(
      call, Operation::kRead, request.group_id,
      [asked = std::move(asked)](group::Coordinator& coordinator, auto reply) mutable {
        coordinator.sync(std::move(asked), std::move(reply));
      },
      answer);
}

}  // namespace barnabas::broker
