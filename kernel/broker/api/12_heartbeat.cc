// Heartbeat: a member of a classic group is alive.
#include "kernel/wire/messages/12_heartbeat.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {

void heartbeat(Call& call) {
  wire::HeartbeatRequest request;
  if (!call.read(request)) return;
  group::HeartbeatRequest asked{.group = std::string(request.group_id),
                                .generation = request.generation_id,
                                .member_id = std::string(request.member_id),
                                .instance_id = owned(request.group_instance_id)};
  ask_coordinator<group::HeartbeatReply>(
      call, Operation::kRead, request.group_id,
      [asked = std::move(asked)](group::Coordinator& coordinator, auto reply) { coordinator.heartbeat(asked, reply); },
      [](Call& waiting, const group::HeartbeatReply& reply) {
        wire::HeartbeatResponse response;
        response.error_code = reply.error;
        waiting.answer(response);
      },
      Visit::kStay);
}

}  // namespace barnabas::broker
