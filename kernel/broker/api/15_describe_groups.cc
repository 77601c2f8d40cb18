// DescribeGroups: state and members of classic groups.
#include "kernel/wire/messages/15_describe_groups.h"

#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using Request = wire::DescribeGroupsRequest;
using Response = wire::DescribeGroupsResponse;
using GroupAnswer = ElementOf<&Response::groups>;

void describe(Call& call, bool with_operations, std::string_view name, const group::DescribeReply& reply, GroupAnswer& answer) {
  answer.error_code = reply.error;
  if (call.api_version >= 6) answer.error_message = error_text(reply.message);
  answer.group_id = name;
  answer.group_state = reply.state;
  answer.protocol_type = reply.protocol_type;
  answer.protocol_data = reply.protocol;
  const auto members = call.arena.array<ElementOf<&GroupAnswer::members>>(reply.members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    const group::DescribeReply::Member& member = reply.members[i];
    members[i].member_id = member.id;
    members[i].group_instance_id = view_of(member.instance_id);
    members[i].client_id = member.client.id;
    members[i].client_host = member.client.host;
    members[i].member_metadata = octets_of(member.metadata);
    members[i].member_assignment = octets_of(member.assignment);
  }
  answer.members = members;
  if (with_operations && reply.error == wire::ErrorCode::kNone)
    answer.authorized_operations = authorized_operations(call, Resource::kGroup, name);
}

}  // namespace

void describe_groups(Call& call) {
  Request request;
  if (!call.read(request)) return;
  std::vector<group::DescribeRequest> asked;
  std::vector<std::string> names;
  for (const std::string_view group : request.groups) {
    asked.push_back({.group = std::string(group), .version = call.api_version});
    names.emplace_back(group);
  }
  ask_coordinators<group::DescribeReply>(
      call, Operation::kDescribe, std::move(asked),
      [](group::Coordinator& coordinator, const group::DescribeRequest& one, auto reply) { coordinator.describe(one, reply); },
      [with_operations = request.include_authorized_operations, names = std::move(names)](
          Call& waiting, const std::vector<group::DescribeReply>& replies) {
        Response response;
        const auto groups = waiting.arena.array<GroupAnswer>(replies.size());
        for (std::size_t i = 0; i < groups.size(); ++i) describe(waiting, with_operations, names[i], replies[i], groups[i]);
        response.groups = groups;
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
