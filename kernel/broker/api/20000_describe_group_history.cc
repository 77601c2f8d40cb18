// DescribeGroupHistory: what caused the last rebalances of groups, as their state machines saw it. Our own api.
#include "kernel/wire/messages/20000_describe_group_history.h"

#include <fmt/format.h>

#include "kernel/broker/api/error_text.h"
#include "kernel/broker/api/groups.h"

namespace barnabas::broker {
namespace {

using Response = wire::DescribeGroupHistoryResponse;
using GroupAnswer = ElementOf<&Response::groups>;
using RebalanceAnswer = ElementOf<&GroupAnswer::rebalances>;

std::span<ElementOf<&RebalanceAnswer::causes>> causes_of(base::Arena& arena, const group::Rebalance& rebalance) {
  const auto causes = arena.array<ElementOf<&RebalanceAnswer::causes>>(rebalance.causes.size());
  for (std::size_t i = 0; i < causes.size(); ++i) {
    const group::Cause& cause = rebalance.causes[i];
    causes[i].what = group::cause_name(cause.kind);
    causes[i].at_ms = cause.wall_ms;
    causes[i].member_id = cause.member_id;
    causes[i].instance_id = cause.instance_id;
    causes[i].client_id = cause.client_id;
    causes[i].client_host = cause.client_host;
    causes[i].detail = cause.detail;
  }
  return causes;
}

void describe(base::Arena& arena, std::string_view name, const group::WhyReply& reply, GroupAnswer& answer) {
  answer.error_code = reply.error;
  if (reply.error == wire::ErrorCode::kGroupIdNotFound)
    answer.error_message = arena.copy(error_text(fmt::format("Group {} not found.", name)));
  answer.group_id = name;
  answer.group_state = reply.state;
  const auto rebalances = arena.array<RebalanceAnswer>(reply.rebalances.size());
  for (std::size_t i = 0; i < rebalances.size(); ++i) {
    const group::Rebalance& one = reply.rebalances[i];
    rebalances[i].generation = one.generation;
    rebalances[i].began_ms = one.began_ms;
    rebalances[i].joined_ms = one.joined_ms;
    rebalances[i].ended_ms = one.ended_ms;
    rebalances[i].stable = one.stable;
    rebalances[i].members_before = static_cast<std::int32_t>(one.members_before);
    rebalances[i].members_after = static_cast<std::int32_t>(one.members_after);
    rebalances[i].protocol = one.protocol;
    rebalances[i].leader = one.leader;
    rebalances[i].causes = causes_of(arena, one);
    rebalances[i].more_causes = static_cast<std::int32_t>(one.more_causes);
  }
  answer.rebalances = rebalances;
}

}  // namespace

void describe_group_history(Call& call) {
  wire::DescribeGroupHistoryRequest request;
  if (!call.read(request)) return;
  std::vector<group::WhyRequest> asked;
  std::vector<std::string> names;
  for (const std::string_view group : request.group_ids) {
    asked.push_back({.group = std::string(group)});
    names.emplace_back(group);
  }
  ask_coordinators<group::WhyReply>(
      call, Operation::kDescribe, std::move(asked),
      [](group::Coordinator& coordinator, const group::WhyRequest& one, auto reply) { coordinator.why(one, reply); },
      [names = std::move(names)](Call& waiting, const std::vector<group::WhyReply>& replies) {
        Response response;
        const auto groups = waiting.arena.array<GroupAnswer>(replies.size());
        for (std::size_t i = 0; i < groups.size(); ++i) describe(waiting.arena, names[i], replies[i], groups[i]);
        response.groups = groups;
        waiting.answer(response);
      });
}

}  // namespace barnabas::broker
