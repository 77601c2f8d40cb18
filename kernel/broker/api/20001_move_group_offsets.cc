// MoveGroupOffsets: a group goes from one offset store into another while its members go on. Our own api.
#include "kernel/wire/messages/20001_move_group_offsets.h"

#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/groups.h"

namespace barnabas::broker {

void move_group_offsets(Call& call) {
  wire::MoveGroupOffsetsRequest request;
  if (!call.read(request)) return;
  group::MoveRequest wanted{std::string(request.group_id), std::string(request.to), request.timeout_ms, request.validate_only};
  ask_coordinator<group::MoveReply>(
      call, Operation::kAlter, request.group_id,
      [wanted = std::move(wanted)](group::Coordinator& coordinator, auto reply) { coordinator.move(wanted, std::move(reply)); },
      [](Call& waiting, const group::MoveReply& reply) {
        wire::MoveGroupOffsetsResponse response;
        response.error_code = reply.error;
        if (!reply.message.empty()) response.error_message = error_text(reply.message);
        response.from = reply.from;
        response.to = reply.to;
        response.from_durability = static_cast<std::int8_t>(reply.from_durability);
        response.to_durability = static_cast<std::int8_t>(reply.to_durability);
        response.offsets = static_cast<std::int32_t>(reply.offsets);
        response.records = static_cast<std::int32_t>(reply.records);
        response.bytes = static_cast<std::int64_t>(reply.bytes);
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
