// ConsumerGroupHeartbeat: who may be a member, what it said, and what it is told.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernel/catalog/image.h"
#include "kernel/group/consumer/consumer_group.h"
#include "kernel/group/cutter.h"

namespace barnabas::group {
namespace {

void refuse(Context& context, const std::function<void(ConsumerHeartbeatReply)>& reply, Refusal refusal) {
  ConsumerHeartbeatReply answer;
  answer.error = refusal.error;
  if (!refusal.message.empty()) answer.message = std::move(refusal.message);
  context.answer(reply, std::move(answer));
}

constexpr std::string_view kTooMuch = "What the member shall have is more than the group's offset store keeps in one write.";

Refusal wrong_epoch(std::string_view how, std::int32_t said, std::int32_t known) {
  return {ErrorCode::kFencedMemberEpoch,
          fmt::format("The consumer group member has a {} member epoch ({}) than the one known by the group coordinator ({}). The member "
                      "must abandon all its partitions and rejoin.",
                      how, said, known)};
}

std::optional<Refusal> check_epoch(const ConsumerHeartbeatRequest& request, const MemberAssignment& now) {
  if (request.member_epoch > now.epoch) return wrong_epoch("greater", request.member_epoch, now.epoch);
  if (request.member_epoch == now.epoch) return std::nullopt;
  // It may not have heard the answer that raised its epoch.
  if (request.member_epoch == now.previous_epoch && request.owned && all_of_them_in(*request.owned, now.assigned)) return std::nullopt;
  return wrong_epoch("smaller", request.member_epoch, now.epoch);
}

// What the member is by this request; `known` says the rest.
std::shared_ptr<ConsumerGroupMemberMetadata> said_by(ConsumerHeartbeatRequest& request, const ConsumerGroupMemberMetadata& known) {
  auto next = std::make_shared<ConsumerGroupMemberMetadata>(known);
  if (request.instance_id) next->instance_id = std::move(request.instance_id);
  if (request.rack_id) next->rack_id = std::move(request.rack_id);
  if (request.rebalance_timeout_ms != -1) next->rebalance_timeout_ms = request.rebalance_timeout_ms;
  if (request.assignor) next->server_assignor = std::move(request.assignor);
  if (request.topic_names) next->subscribed_topic_names = std::move(*request.topic_names);
  if (request.topic_regex) next->subscribed_topic_regex = std::move(request.topic_regex);
  if (next->subscribed_topic_regex && next->subscribed_topic_regex->empty()) next->subscribed_topic_regex.reset();
  next->client = std::move(request.client);
  next->classic.reset();
  return next;
}

bool says_nothing_new(const ConsumerHeartbeatRequest& request, const ConsumerGroupMemberMetadata& known) {
  return !request.rack_id && request.rebalance_timeout_ms == -1 && !request.assignor && !request.topic_names && !request.topic_regex &&
         !known.classic && (!request.instance_id || request.instance_id == known.instance_id) && request.client.id == known.client.id &&
         request.client.host == known.client.host;
}

void put_in_order(std::vector<std::string>& names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

struct ConsumerGroup::Heartbeat {
  std::string member_id;
  std::optional<std::vector<TopicPartitions>> owned;
  bool full = false;  // it said all there is to say: it has nothing, or wants to hear all
  bool resubscribed = false;
  std::uint64_t number = 0;
};

// A client that hears it gives up, and does not ask for ever.
Refusal ConsumerGroup::too_large(std::uint64_t bytes, std::string_view what) const {
  return {ErrorCode::kUnknownServerError, fmt::format("{} takes {} octets, and the group's offset store keeps {} in one write at most.",
                                                      what, bytes, slot_.max_write_bytes())};
}

std::optional<Refusal> ConsumerGroup::check_room(const Member* known, std::string_view id, const Metadata& metadata) const {
  const GroupSettings& settings = slot_.context().settings;
  if (known == nullptr && state_.members().size() >= static_cast<std::size_t>(settings.consumer_max_size))
    return Refusal{ErrorCode::kGroupMaxSizeReached,
                   fmt::format("The consumer group has reached its maximum capacity of {} members.", settings.consumer_max_size)};
  const std::size_t more = ConsumerState::bytes_of(id, metadata);
  const std::size_t less = known == nullptr ? 0 : ConsumerState::bytes_of(known->id, *known->metadata);
  if (more > less && state_.bytes() - less + more > settings.max_group_bytes)
    return Refusal{ErrorCode::kGroupMaxSizeReached, "What the members say of themselves has reached its maximum size."};
  const StoredRecord record = consumer_group_record(slot_.id(), id, metadata);
  if (!slot_.takes(record)) return too_large(bytes_of(record), "What the member says of itself");
  return std::nullopt;
}

std::optional<Refusal> ConsumerGroup::check(const ConsumerHeartbeatRequest& request) const {
  const bool joins = request.member_epoch == 0;
  const Member* known = request.instance_id ? state_.holder(*request.instance_id) : state_.find(request.member_id);
  if (request.instance_id) {
    if (known == nullptr && !joins)
      return Refusal{ErrorCode::kUnknownMemberId, fmt::format("Instance id {} is unknown.", *request.instance_id)};
    if (known != nullptr && joins && !known->is_classic() && known->current->epoch != -2)
      return Refusal{
          ErrorCode::kUnreleasedInstanceId,
          fmt::format("Static member {} with instance id {} cannot join the group because the instance id is owned by {} member.",
                      request.member_id, *request.instance_id, known->id)};
    if (known != nullptr && !joins && known->id != request.member_id)
      return Refusal{ErrorCode::kFencedInstanceId, fmt::format("Static member {} with instance id {} was fenced by member {}.",
                                                               request.member_id, *request.instance_id, known->id)};
    if (known == nullptr) known = state_.find(request.member_id);
  }
  if (known == nullptr && !joins)
    return Refusal{ErrorCode::kUnknownMemberId, fmt::format("Member {} is not a member of group {}.", request.member_id, slot_.id())};
  if (!joins) {
    if (auto refusal = check_epoch(request, *known->current)) return refusal;
  }
  if (known != nullptr && must_begin_again(*known->current, request.owned ? &*request.owned : nullptr))
    return Refusal{ErrorCode::kFencedMemberEpoch,
                   "The consumer group member is in a unknown state. The member must abandon all its partitions and rejoin."};
  if (request.topic_regex && !request.topic_regex->empty() && state_.users_of(*request.topic_regex) == 0) {
    if (const auto why = context().background->refusal_of(*request.topic_regex))
      return Refusal{ErrorCode::kInvalidRegularExpression,
                     fmt::format("SubscribedTopicRegex `{}` is not a valid regular expression: {}.", *request.topic_regex, *why)};
  }
  return std::nullopt;
}

std::optional<Refusal> ConsumerGroup::refusal_of_join(ConsumerHeartbeatRequest request) const {
  if (auto refusal = check(request)) return refusal;
  const Member* known = request.instance_id ? state_.holder(*request.instance_id) : nullptr;
  if (known == nullptr) known = state_.find(request.member_id);
  if (request.topic_names) put_in_order(*request.topic_names);
  return check_room(known, request.member_id, *said_by(request, known == nullptr ? Metadata() : *known->metadata));
}

void ConsumerGroup::heartbeat(ConsumerHeartbeatRequest request, ReplyTo<ConsumerHeartbeatReply> reply) {
  if (slot_.dead) return refuse(context(), reply, {ErrorCode::kCoordinatorNotAvailable, {}});
  if (request.member_epoch < 0) return leave(request, std::move(reply));
  if (auto refusal = check(request)) return refuse(context(), reply, std::move(*refusal));

  const bool joins = request.member_epoch == 0;
  Heartbeat heartbeat;
  heartbeat.member_id = request.member_id;
  heartbeat.full = joins || (request.rebalance_timeout_ms != -1 && (request.topic_names || request.topic_regex) && request.owned);
  Member* known = request.instance_id ? state_.holder(*request.instance_id) : nullptr;
  if (known == nullptr) known = state_.find(request.member_id);
  if (known == nullptr || !says_nothing_new(request, *known->metadata)) {
    heartbeat.owned = std::move(request.owned);
    if (request.topic_names) put_in_order(*request.topic_names);
    std::shared_ptr<Metadata> next = said_by(request, known == nullptr ? Metadata() : *known->metadata);
    if (auto refusal = check_room(known, request.member_id, *next)) return refuse(context(), reply, std::move(*refusal));
    begin_if_new();
    if (known != nullptr && known->id != request.member_id) {
      replace(*known, request.member_id, false);
    } else if (known != nullptr && joins && known->current->epoch < 0) {
      auto back = std::make_shared<MemberAssignment>(*known->current);
      back->epoch = back->previous_epoch = 0;
      changes_.put({kConsumerGroupCurrentMemberKey, known->id}, std::move(back));
    }
    heartbeat.resubscribed = resubscribe(request.member_id, next);
  } else {
    heartbeat.owned = std::move(request.owned);
    bump_if_changed(false, [this] { return cause(CauseKind::kTopicsChanged, nullptr, {}); });
  }
  heartbeat.number = ++state_.find(request.member_id)->requests;
  match_if_due();
  if (!assign_if_due()) return finish(std::move(heartbeat), std::move(reply));
  waiting_for_run_.push_back([this, heartbeat = std::move(heartbeat), reply = std::move(reply)](ErrorCode error) mutable {
    if (error != ErrorCode::kNone) return refuse(context(), reply, {error, {}});
    finish(std::move(heartbeat), std::move(reply));
  });
}

bool ConsumerGroup::resubscribe(const std::string& id, const std::shared_ptr<const Metadata>& metadata) {
  const Member* known = state_.find(id);
  const std::shared_ptr<const Metadata> before = known == nullptr ? Member::no_metadata() : known->metadata;
  const bool is_new = before == Member::no_metadata();
  const bool names_changed = before->subscribed_topic_names != metadata->subscribed_topic_names;
  const bool regex_changed = before->subscribed_topic_regex != metadata->subscribed_topic_regex;
  if (is_new || *before != *metadata) changes_.put({kConsumerGroupMemberKey, id}, metadata);
  bool must = names_changed;
  if (regex_changed) {
    drop_unused(before->subscribed_topic_regex);
    // One that is not resolved yet counts when it is.
    must = must || !metadata->subscribed_topic_regex || state_.regex(*metadata->subscribed_topic_regex) != nullptr;
  }
  bump_if_changed(must, [&] {
    const Member* member = state_.find(id);
    if (is_new) return cause(CauseKind::kMemberJoined, member, {});
    if (names_changed || regex_changed) return cause(CauseKind::kMetadataChanged, member, {});
    return cause(CauseKind::kTopicsChanged, nullptr, {});
  });
  return names_changed || regex_changed;
}

// A static member that comes back under another id has what it had. Its old id is nobody's.
void ConsumerGroup::replace(Member& member, const std::string& id, bool keeps_epoch) {
  const std::string old = member.id;
  const Member* taken = state_.find(id);  // whoever has that id is this member from now on
  const std::optional<std::string> regex = taken == nullptr ? std::nullopt : taken->metadata->subscribed_topic_regex;
  auto current = std::make_shared<MemberAssignment>(*member.current);
  if (!keeps_epoch) current->epoch = 0;
  current->previous_epoch = 0;
  changes_.put({kConsumerGroupMemberKey, id}, member.metadata);
  changes_.put({kConsumerGroupTargetMemberKey, id}, member.target == Member::no_partitions() ? nullptr : member.target);
  changes_.put({kConsumerGroupCurrentMemberKey, id}, std::move(current));
  for (const std::int16_t type : {kConsumerGroupCurrentMemberKey, kConsumerGroupTargetMemberKey, kConsumerGroupMemberKey})
    changes_.put({type, old}, nullptr);
  drop_unused(regex);
  state_.find(id)->patience.clear();
  stale_ = running_;
}

ConsumerGroup::Step ConsumerGroup::reconcile_member(Member& member, const std::vector<TopicPartitions>* owned, bool resubscribed) {
  struct View final : ReconcileView {
    View(const ConsumerState& s, const Member& m, const catalog::Image* i) : state(s), member(m), image(i) {}
    bool is_subscribed(const Uuid& topic_id) const override {
      // A topic that is not there may be one that this broker has not heard of: the next target knows.
      const catalog::Topic* topic = image == nullptr ? nullptr : image->topic(topic_id);
      return topic == nullptr || state.is_subscribed(member, topic->name);
    }
    bool is_held(const TopicPartition& partition) const override { return state.is_held(partition); }
    const ConsumerState& state;
    const Member& member;
    const catalog::Image* image;
  };
  const View view(state_, member, context().image.get());
  auto next = reconcile(*member.current, {state_.target_epoch(), *member.target}, owned, resubscribed, view);
  if (!next) return Step::kSame;
  const std::size_t partitions = next->assigned.size() + next->revoking.size();
  if (!keeps(member.id, partitions, [&] { return consumer_group_record(slot_.id(), member.id, stored_of(*next)); })) return Step::kTooLarge;
  const bool changed = next->assigned != member.current->assigned;
  const bool revokes = next->state == MemberState::kUnrevokedPartitions;
  changes_.put({kConsumerGroupCurrentMemberKey, member.id}, std::make_shared<const MemberAssignment>(std::move(*next)));
  if (!member.is_classic()) {
    if (revokes) {
      member.patience.set(steady_ms() + std::max(member.metadata->rebalance_timeout_ms, 0));
    } else {
      member.patience.clear();
    }
  }
  if (state_.settled_members() == state_.members().size() && state_.epoch() == state_.target_epoch())
    slot_.history.ended(context().now.wall_ms, true);
  return changed ? Step::kChanged : Step::kSame;
}

void ConsumerGroup::finish(Heartbeat heartbeat, ReplyTo<ConsumerHeartbeatReply> reply) {
  Member* member = state_.find(heartbeat.member_id);
  if (member == nullptr)
    return refuse(context(), reply,
                  {ErrorCode::kUnknownMemberId, fmt::format("Member {} is not a member of group {}.", heartbeat.member_id, slot_.id())});
  // It has asked again since, and what it would hear of now it would never know.
  if (heartbeat.number != member->requests) return refuse(context(), reply, {ErrorCode::kCoordinatorNotAvailable, {}});
  const Step step = reconcile_member(*member, heartbeat.owned ? &*heartbeat.owned : nullptr, heartbeat.resubscribed);
  touch(*member);
  if (step == Step::kTooLarge) {
    flush();
    return refuse(context(), reply, {ErrorCode::kUnknownServerError, std::string(kTooMuch)});
  }
  ConsumerHeartbeatReply answer;
  answer.member_id = std::move(heartbeat.member_id);
  answer.member_epoch = member->current->epoch;
  answer.heartbeat_interval_ms = configs().heartbeat_interval_ms;
  if (heartbeat.full || step == Step::kChanged) answer.assignment = by_topic(member->current->assigned);
  if (!changes_.any() && !changes_.under_way()) return context().answer(std::move(reply), std::move(answer));
  when_stored([context = &context(), answer = std::move(answer), reply = std::move(reply)](ErrorCode error) mutable {
    if (error != ErrorCode::kNone) return refuse(*context, reply, {error, {}});
    context->answer(std::move(reply), std::move(answer));
  });
  flush();
}

}  // namespace barnabas::group
