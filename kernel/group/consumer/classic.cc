// Members of the classic protocol in a consumer group: JoinGroup is the heartbeat that says what they want and have, SyncGroup brings what
// they are assigned, and Heartbeat tells them to join again when there is something new.
#include <algorithm>
#include <utility>

#include "kernel/base/uuid.h"
#include "kernel/group/classic/classic_group.h"
#include "kernel/group/consumer/consumer_group.h"
#include "kernel/group/consumer/embedded.h"

namespace barnabas::group {
namespace {

constexpr std::size_t kMostGivenIds = 1'000;

void refuse(Context& context, const std::function<void(JoinReply)>& reply, ErrorCode error, std::string member_id) {
  JoinReply answer;
  answer.error = error;
  answer.member_id = std::move(member_id);
  context.answer(reply, std::move(answer));
}

}  // namespace

struct ConsumerGroup::Join {
  std::string member_id;
  std::vector<TopicPartitions> owned;
  bool resubscribed = false;
  std::uint64_t number = 0;
};

std::optional<ErrorCode> ConsumerGroup::check(const JoinRequest& request, const std::string& id) const {
  const Member* known = request.instance_id ? state_.holder(*request.instance_id) : state_.find(id);
  if (known == nullptr && state_.members().size() >= static_cast<std::size_t>(context().settings.consumer_max_size))
    return ErrorCode::kGroupMaxSizeReached;
  const bool supported = request.protocol_type == "consumer" && std::ranges::any_of(request.protocols, [&](const auto& protocol) {
                           return state_.all_classic_offer(protocol.name);
                         });
  if (!supported) return ErrorCode::kInconsistentGroupProtocol;
  if (!request.instance_id || request.member_id.empty()) return std::nullopt;
  if (known == nullptr) return ErrorCode::kUnknownMemberId;
  return known->id == id ? std::nullopt : std::optional(ErrorCode::kFencedInstanceId);
}

void ConsumerGroup::join(JoinRequest request, ReplyTo<JoinReply> reply) {
  if (slot_.dead) return refuse(context(), reply, ErrorCode::kCoordinatorNotAvailable, request.member_id);
  const bool has_id = !request.member_id.empty();
  const std::string id = has_id ? request.member_id : base::to_string(base::make_uuid(context().random.next(), context().random.next()));
  if (const auto error = check(request, id)) return refuse(context(), reply, *error, request.member_id);
  if (!has_id && !request.instance_id && request.version >= 4) {
    if (given_ids_.size() >= kMostGivenIds) given_ids_.clear();
    given_ids_.insert(id);
    return refuse(context(), reply, ErrorCode::kMemberIdRequired, id);
  }
  auto subscription = read_subscription(request.protocols.front().metadata, context().image.get());
  if (!subscription) return refuse(context(), reply, ErrorCode::kUnknownServerError, request.member_id);

  Member* known = request.instance_id ? state_.holder(*request.instance_id) : state_.find(id);
  // Its session ended, and what it thinks it has may have been given to others: it has to let go and begin again. With a new id it did.
  const bool is_back = has_id && known == nullptr && given_ids_.erase(id) == 0;
  if (is_back && !subscription->owned.empty()) return refuse(context(), reply, ErrorCode::kUnknownMemberId, request.member_id);
  auto next = std::make_shared<Metadata>(known == nullptr ? Metadata() : *known->metadata);
  if (request.instance_id) next->instance_id = request.instance_id;
  if (subscription->rack_id) next->rack_id = std::move(subscription->rack_id);
  next->rebalance_timeout_ms = request.rebalance_timeout_ms < 0 ? request.session_timeout_ms : request.rebalance_timeout_ms;
  next->subscribed_topic_names = std::move(subscription->topics);
  next->subscribed_topic_regex.reset();
  next->server_assignor.reset();
  next->client = request.client;
  next->classic = Metadata::Classic{request.session_timeout_ms, request.protocols};
  if (const auto refusal = check_room(known, id, *next)) return refuse(context(), reply, refusal->error, request.member_id);
  begin_if_new();
  if (known != nullptr && known->id != id) replace(*known, id, known->current->epoch > 0);
  Join join{id, std::move(subscription->owned), resubscribe(id, next)};
  state_.find(id)->patience.clear();
  join.number = ++state_.find(id)->requests;
  if (all_are_classic()) {
    // It took the place of the last member that was not.
    request.member_id = id;
    return become_classic([](ErrorCode) {}).join(std::move(request), std::move(reply));
  }
  if (!assign_if_due()) return finish(join, std::move(reply));
  waiting_for_run_.push_back([this, join = std::move(join), reply = std::move(reply)](ErrorCode error) mutable {
    if (error != ErrorCode::kNone) return refuse(context(), reply, error, join.member_id);
    finish(join, std::move(reply));
  });
}

void ConsumerGroup::finish(const Join& join, ReplyTo<JoinReply> reply) {
  Member* member = state_.find(join.member_id);
  if (member == nullptr || !member->is_classic()) return refuse(context(), reply, ErrorCode::kUnknownMemberId, join.member_id);
  if (join.number != member->requests) return refuse(context(), reply, ErrorCode::kCoordinatorNotAvailable, join.member_id);
  const Step step = reconcile_member(*member, &join.owned, join.resubscribed);
  touch(*member);
  if (step == Step::kTooLarge) {
    flush();
    return refuse(context(), reply, ErrorCode::kUnknownServerError, join.member_id);
  }
  member->patience.set(steady_ms() + std::max(member->metadata->rebalance_timeout_ms, 0));
  JoinReply answer;
  answer.generation = member->current->epoch;
  answer.protocol_type = "consumer";
  answer.protocol = member->metadata->classic->supported_protocols.front().name;
  answer.member_id = join.member_id;
  when_stored([context = &context(), answer = std::move(answer), reply = std::move(reply)](ErrorCode error) mutable {
    if (error != ErrorCode::kNone) return refuse(*context, reply, error, answer.member_id);
    context->answer(std::move(reply), std::move(answer));
  });
  flush();
}

ErrorCode ConsumerGroup::check_classic(std::string_view id, const std::optional<std::string>& instance_id) const {
  const Member* member = instance_id ? state_.holder(*instance_id) : state_.find(id);
  if (member == nullptr) return ErrorCode::kUnknownMemberId;
  if (member->id != id) return ErrorCode::kFencedInstanceId;
  return member->is_classic() ? ErrorCode::kNone : ErrorCode::kUnknownMemberId;
}

bool ConsumerGroup::must_rejoin(const Member& member) const {
  const MemberAssignment& now = *member.current;
  if (now.state == MemberState::kUnrevokedPartitions || now.epoch < state_.target_epoch()) return true;
  if (now.state != MemberState::kUnreleasedPartitions) return false;
  return std::ranges::none_of(
      *member.target, [&](const TopicPartition& partition) { return state_.is_held(partition) && !contains(now.assigned, partition); });
}

Octets ConsumerGroup::encoded_assignment(const Member& member) const {
  const auto& protocols = member.metadata->classic->supported_protocols;
  return write_assignment(member.current->assigned, protocols.empty() ? std::string_view() : std::string_view(protocols.front().metadata),
                          context().image.get());
}

void ConsumerGroup::sync(const SyncRequest& request, ReplyTo<SyncReply> reply) {
  SyncReply answer;
  answer.error = slot_.dead ? ErrorCode::kCoordinatorNotAvailable : check_classic(request.member_id, request.instance_id);
  Member* member = answer.error == ErrorCode::kNone ? state_.find(request.member_id) : nullptr;
  if (member != nullptr) {
    const auto& protocols = member->metadata->classic->supported_protocols;
    const std::string_view protocol = protocols.empty() ? std::string_view() : std::string_view(protocols.front().name);
    if (request.generation != member->current->epoch) {
      answer.error = ErrorCode::kIllegalGeneration;
    } else if ((request.protocol_type && *request.protocol_type != "consumer") || (request.protocol && *request.protocol != protocol)) {
      answer.error = ErrorCode::kInconsistentGroupProtocol;
    } else if (member->current->epoch < state_.target_epoch() && member->current->state != MemberState::kUnrevokedPartitions) {
      // Who has yet to give something up does that first.
      answer.error = ErrorCode::kRebalanceInProgress;
      if (!member->patience.is_set()) member->patience.set(steady_ms() + std::max(member->metadata->rebalance_timeout_ms, 0));
    } else {
      member->patience.clear();
      touch(*member);
      answer.protocol_type = "consumer";
      answer.protocol = std::string(protocol);
      answer.assignment = encoded_assignment(*member);
    }
  }
  if (answer.error != ErrorCode::kNone) return context().answer(std::move(reply), std::move(answer));
  when_stored([context = &context(), answer = std::move(answer), reply = std::move(reply)](ErrorCode error) mutable {
    if (error != ErrorCode::kNone) answer = {};
    answer.error = error;
    context->answer(std::move(reply), std::move(answer));
  });
}

void ConsumerGroup::heartbeat(const HeartbeatRequest& request, ReplyTo<HeartbeatReply> reply) {
  HeartbeatReply answer{slot_.dead ? ErrorCode::kCoordinatorNotAvailable : check_classic(request.member_id, request.instance_id)};
  Member* member = answer.error == ErrorCode::kNone ? state_.find(request.member_id) : nullptr;
  if (member != nullptr && request.generation != member->current->epoch) answer.error = ErrorCode::kIllegalGeneration;
  if (answer.error == ErrorCode::kNone) {
    touch(*member);
    bump_if_changed(false, [this] { return cause(CauseKind::kTopicsChanged, nullptr, {}); });
    match_if_due();
    assign_if_due();
    flush();
    if (must_rejoin(*member)) {
      answer.error = ErrorCode::kRebalanceInProgress;
      if (!member->patience.is_set()) member->patience.set(steady_ms() + std::max(member->metadata->rebalance_timeout_ms, 0));
    }
  }
  context().answer(std::move(reply), answer);
}

void ConsumerGroup::leave(const LeaveRequest& request, ReplyTo<LeaveReply> reply) {
  LeaveReply answer;
  if (slot_.dead) answer.error = ErrorCode::kCoordinatorNotAvailable;
  bool gone = false;
  for (const LeaveRequest::Member& leaving : request.members) {
    if (answer.error != ErrorCode::kNone) break;
    Member* member = leaving.instance_id ? state_.holder(*leaving.instance_id) : state_.find(leaving.id);
    answer.members.push_back({leaving.id, leaving.instance_id, ErrorCode::kNone});
    if (member == nullptr) {
      answer.members.back().error = ErrorCode::kUnknownMemberId;
    } else if (member->id != leaving.id && !leaving.id.empty()) {
      answer.members.back().error = ErrorCode::kFencedInstanceId;
    } else {
      remove(*member, cause(CauseKind::kMemberLeft, member, leaving.reason));
      gone = true;
    }
  }
  if (!gone) return context().answer(std::move(reply), std::move(answer));
  members_gone([context = &context(), answer = std::move(answer), reply = std::move(reply)](ErrorCode error) mutable {
    if (error != ErrorCode::kNone) answer = {};
    answer.error = error;
    context->answer(std::move(reply), std::move(answer));
  });
}

}  // namespace barnabas::group
