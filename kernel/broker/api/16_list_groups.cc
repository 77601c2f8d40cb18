// ListGroups: all groups that this broker coordinates, on whatever loop.
#include "kernel/wire/messages/16_list_groups.h"

#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using Response = wire::ListGroupsResponse;

void answer(Call& call, const std::vector<group::ListReply>& replies) {
  Response response;
  std::size_t count = 0;
  for (const group::ListReply& reply : replies) {
    count += reply.groups.size();
    if (response.error_code == wire::ErrorCode::kNone) response.error_code = reply.error;
  }
  const auto groups = call.arena.array<ElementOf<&Response::groups>>(count);
  std::size_t next = 0;
  for (const group::ListReply& reply : replies)
    for (const group::ListReply::Group& group : reply.groups) {
      groups[next].group_id = group.id;
      groups[next].protocol_type = group.protocol_type;
      groups[next].group_state = group.state;
      groups[next++].group_type = group.type;
    }
  response.groups = groups;
  call.answer(response);
}

}  // namespace

void list_groups(Call& call) {
  wire::ListGroupsRequest request;
  if (!call.read(request)) return;
  const group::ListRequest asked{.states = {request.states_filter.begin(), request.states_filter.end()},
                                 .types = {request.types_filter.begin(), request.types_filter.end()}};
  Broker& broker = call.shard.broker;
  struct Waiting {
    std::vector<group::ListReply> replies;
    std::size_t left;
  };
  const std::size_t loops = broker.groups.size();
  auto waiting = std::make_shared<Waiting>(Waiting{std::vector<group::ListReply>(loops), loops});
  for (std::size_t i = 0; i < loops; ++i)
    ask_group_loop<group::ListReply>(
        call.shard, *broker.groups[i], [asked](group::Coordinator& coordinator, auto reply) { coordinator.list(asked, reply); },
        [ref = call.ref(), waiting, i](group::ListReply reply) {
          waiting->replies[i] = std::move(reply);
          if (--waiting->left == 0 && *ref != nullptr) answer(**ref, waiting->replies);
        });
}

}  // namespace barnabas::broker
