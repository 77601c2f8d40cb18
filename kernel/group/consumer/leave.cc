// How members go: they say so, their sessions end, or they take too long.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernel/group/classic/classic_group.h"
#include "kernel/group/consumer/consumer_group.h"

namespace barnabas::group {

void ConsumerGroup::leave(const ConsumerHeartbeatRequest& request, ReplyTo<ConsumerHeartbeatReply> reply) {
  ConsumerHeartbeatReply answer;
  Member* member = request.instance_id ? state_.holder(*request.instance_id) : state_.find(request.member_id);
  if (member == nullptr) {
    answer.error = ErrorCode::kUnknownMemberId;
    answer.message = request.instance_id ? fmt::format("Instance id {} is unknown.", *request.instance_id)
                                         : fmt::format("Member {} is not a member of group {}.", request.member_id, slot_.id());
  } else if (member->id != request.member_id) {
    answer.error = ErrorCode::kFencedInstanceId;
    answer.message =
        fmt::format("Static member {} with instance id {} was fenced by member {}.", request.member_id, *request.instance_id, member->id);
  }
  if (answer.error != ErrorCode::kNone) return context().answer(std::move(reply), std::move(answer));
  answer.member_id = request.member_id;
  answer.member_epoch = request.member_epoch;
  Waiter told = [context = &context(), answer, reply](ErrorCode error) mutable {
    if (error != ErrorCode::kNone) answer = {};
    answer.error = error;
    context->answer(std::move(reply), std::move(answer));
  };
  if (request.member_epoch == -2) {
    // It keeps its partitions for whoever comes back with its instance id before its session ends.
    auto away = std::make_shared<MemberAssignment>(*member->current);
    away->epoch = -2;
    away->revoking.clear();
    away->revoking_since.clear();
    member->patience.clear();
    changes_.put({kConsumerGroupCurrentMemberKey, member->id}, std::move(away));
    when_stored(std::move(told));
    return flush();
  }
  remove(*member, cause(CauseKind::kMemberLeft, member, {}));
  members_gone(std::move(told));
}

void ConsumerGroup::remove(Member& member, Cause why) {
  const std::string id = member.id;
  const std::optional<std::string> regex = member.metadata->subscribed_topic_regex;
  for (const std::int16_t type : {kConsumerGroupCurrentMemberKey, kConsumerGroupTargetMemberKey, kConsumerGroupMemberKey})
    if (state_.get({type, id}) != nullptr) changes_.put({type, id}, nullptr);
  drop_unused(regex);
  slot_.note(std::move(why), state_.members().size());
}

void ConsumerGroup::drop_unused(const std::optional<std::string>& regex) {
  if (regex && state_.users_of(*regex) == 0 && state_.regex(*regex) != nullptr) changes_.put({kConsumerGroupRegexKey, *regex}, nullptr);
}

void ConsumerGroup::members_gone(Waiter waiter) {
  if (all_are_classic()) {
    become_classic(std::move(waiter));  // in the epoch that its members know as their generation
    return;
  }
  raise_epoch();
  when_stored(std::move(waiter));
  if (state_.members().empty()) {
    run_alarm_.clear();
    slot_.history.ended(context().now.wall_ms, false);
  }
  assign_if_due();
  flush();
}

void ConsumerGroup::session_ended(Member& member) {
  const auto session_ms = member.is_classic() ? member.metadata->classic->session_timeout_ms : configs().session_timeout_ms;
  remove(member, cause(CauseKind::kMemberExpired, &member, silence(session_ms)));
  members_gone([](ErrorCode) {});
}

void ConsumerGroup::took_too_long(Member& member) {
  const char* what = member.is_classic() ? "did not join or sync in time" : "did not give up its partitions in time";
  remove(member, cause(CauseKind::kMemberTookTooLong, &member, what));
  members_gone([](ErrorCode) {});
}

}  // namespace barnabas::group
