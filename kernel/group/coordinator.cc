#include "kernel/group/coordinator.h"

#include <algorithm>
#include <utility>

#include "kernel/group/coordinator_state.h"

namespace barnabas::group {
namespace {

bool same_text(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}
bool passes(const std::vector<std::string>& filter, std::string_view value) {
  return filter.empty() || std::ranges::any_of(filter, [&](const std::string& wanted) { return same_text(wanted, value); });
}

}  // namespace

Coordinator::Coordinator(GroupSettings settings, Journal& journal, sdk::Random& random, Background& background)
    : state_(std::make_unique<State>(std::make_shared<Context>(std::move(settings), journal, random, &background))) {}
Coordinator::Coordinator(GroupSettings settings, Journal& journal, sdk::Random& random)
    : state_(std::make_unique<State>(std::make_shared<Context>(std::move(settings), journal, random, nullptr))) {}

Coordinator::~Coordinator() { state_->context->closed = true; }

void Coordinator::advance(Now now) {
  const Turn turn(state_->context);
  state_->deleting_ms = state_->calendar.deleting_ms(now.steady_ms, now.wall_ms);
  now.wall_ms = state_->calendar.wall_ms(now.steady_ms, now.wall_ms);
  state_->context->now = now;
  state_->context->deadlines.advance(now.steady_ms);
}

std::optional<std::int64_t> Coordinator::next_deadline_ms() const { return state_->context->deadlines.earliest(); }

void Coordinator::join(JoinRequest request, Reply<JoinReply> reply) {
  const Turn turn(state_->context);
  const GroupSettings& settings = state_->context->settings;
  JoinReply refusal;
  refusal.member_id = request.member_id;
  State::Found found = state_->find(request.group);
  if (request.group.empty()) {
    refusal.error = ErrorCode::kInvalidGroupId;
  } else if (found.error != ErrorCode::kNone) {
    refusal.error = found.error;
  } else if (request.session_timeout_ms < settings.min_session_timeout_ms || request.session_timeout_ms > settings.max_session_timeout_ms) {
    refusal.error = ErrorCode::kInvalidSessionTimeout;
  } else if ((found.slot == nullptr || (found.consumer() != nullptr && found.consumer()->is_empty())) && !request.member_id.empty()) {
    refusal.error = ErrorCode::kUnknownMemberId;
  } else {
    if (found.slot == nullptr) state_->make(found, request.group);
    if (ConsumerGroup* group = found.consumer()) {
      if (!group->is_empty()) return group->join(std::move(request), std::move(reply));
      state_->make_classic(*found.slot, *group);
    }
    return found.classic()->join(std::move(request), std::move(reply));
  }
  state_->context->answer(std::move(reply), std::move(refusal));
}

void Coordinator::sync(SyncRequest request, Reply<SyncReply> reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  if (ClassicGroup* group = found.classic()) return group->sync(std::move(request), std::move(reply));
  if (ConsumerGroup* group = found.consumer()) return group->sync(request, std::move(reply));
  SyncReply refusal;
  refusal.error = request.group.empty() ? ErrorCode::kInvalidGroupId : found.error;
  if (refusal.error == ErrorCode::kNone) refusal.error = ErrorCode::kUnknownMemberId;
  // What the member has joined is not known any more. Clients do not expect to hear of loading here: Java's gives up.
  if (refusal.error == ErrorCode::kCoordinatorLoadInProgress) refusal.error = ErrorCode::kRebalanceInProgress;
  state_->context->answer(std::move(reply), std::move(refusal));
}

void Coordinator::heartbeat(const HeartbeatRequest& request, const Reply<HeartbeatReply>& reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  ErrorCode error = request.group.empty() ? ErrorCode::kInvalidGroupId : found.error;
  if (error == ErrorCode::kNone) {
    if (ConsumerGroup* consumer = found.consumer()) return consumer->heartbeat(request, reply);
    ClassicGroup* group = found.classic();
    error = group == nullptr ? ErrorCode::kUnknownMemberId : group->heartbeat(request);
  }
  state_->context->answer(reply, HeartbeatReply{error});
}

void Coordinator::leave(LeaveRequest request, Reply<LeaveReply> reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  LeaveReply answer;
  answer.error = request.group.empty() ? ErrorCode::kInvalidGroupId : found.error;
  if (answer.error == ErrorCode::kNone) {
    if (ConsumerGroup* consumer = found.consumer()) return consumer->leave(request, std::move(reply));
    if (ClassicGroup* group = found.classic()) {
      answer = group->leave(request);
    } else {
      for (LeaveRequest::Member& member : request.members)
        answer.members.push_back({std::move(member.id), std::move(member.instance_id), ErrorCode::kUnknownMemberId});
    }
  }
  state_->context->answer(std::move(reply), std::move(answer));
}

void Coordinator::describe(const DescribeRequest& request, const Reply<DescribeReply>& reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  DescribeReply answer;
  if (found.error != ErrorCode::kNone) {
    answer.error = found.error;
  } else if (const ClassicGroup* group = found.classic()) {
    answer = group->describe();
  } else {
    answer.state = "Dead";
    if (request.version >= 6) {
      answer.error = ErrorCode::kGroupIdNotFound;
      answer.message =
          found.slot == nullptr ? "Group " + request.group + " not found." : "Group " + request.group + " is not a classic group.";
    }
  }
  answer.group = request.group;
  state_->context->answer(reply, std::move(answer));
}

void Coordinator::list(const ListRequest& request, const Reply<ListReply>& reply) {
  const Turn turn(state_->context);
  ListReply answer;
  for (const auto& [number, home] : state_->homes) {
    if (state_->is_partial(home)) answer.error = ErrorCode::kCoordinatorLoadInProgress;
    for (const auto& [id, slot] : home.slots) {
      const Group& group = *slot->group;
      if (!passes(request.states, group.state_name()) || !passes(request.types, group.type_name())) continue;
      answer.groups.push_back({id, std::string(group.protocol_type()), std::string(group.state_name()), std::string(group.type_name())});
    }
  }
  state_->context->answer(reply, std::move(answer));
}

void Coordinator::remove(const DeleteRequest& request, Reply<DeleteReply> reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  ErrorCode error = found.error;
  if (error == ErrorCode::kNone) {
    if (found.slot == nullptr || found.slot->dead) {
      error = ErrorCode::kGroupIdNotFound;
    } else if (!found.slot->group->is_empty()) {
      error = ErrorCode::kNonEmptyGroup;
    }
  }
  if (error != ErrorCode::kNone) return state_->context->answer(std::move(reply), DeleteReply{error});
  // What waits for a write of the group to end would be written behind the tombstones, and whoever left with it would not hear of it.
  if (ConsumerGroup* group = found.consumer(); group != nullptr && !group->is_stored())
    return group->when_stored([this, request, reply = std::move(reply)](ErrorCode outcome) mutable {
      if (outcome == ErrorCode::kNone) return remove(request, std::move(reply));
      state_->context->answer(std::move(reply), DeleteReply{outcome});
    });
  state_->remove(found.number, *found.slot, [context = state_->context, reply = std::move(reply)](ErrorCode outcome) {
    context->answer(reply, DeleteReply{outcome});
  });
}

void Coordinator::why(const WhyRequest& request, const Reply<WhyReply>& reply) {
  const Turn turn(state_->context);
  const State::Found found = state_->find(request.group);
  WhyReply answer;
  answer.error = found.error;
  if (answer.error == ErrorCode::kNone && found.slot == nullptr) answer.error = ErrorCode::kGroupIdNotFound;
  if (answer.error == ErrorCode::kNone) {
    answer.state = found.slot->group->state_name();
    const auto& rebalances = found.slot->history.rebalances();
    answer.rebalances.assign(rebalances.begin(), rebalances.end());
  }
  state_->context->answer(reply, std::move(answer));
}

}  // namespace barnabas::group
