// A rebalance from its first cause to the generation that it makes.
#include <algorithm>
#include <limits>
#include <utility>

#include "kernel/group/classic/classic_group.h"

namespace barnabas::group {
namespace {

// Members may say that they need no time at all.
constexpr std::int32_t kShortestWaitMs = 1000;

}  // namespace

void ClassicGroup::set_state(State state) {
  state_ = state;
  state_ms_ = context().now.wall_ms;
}

Cause ClassicGroup::cause(CauseKind kind, const Member* member, std::string detail) const {
  Cause cause;
  cause.kind = kind;
  cause.detail = std::move(detail);
  if (member == nullptr) return cause;
  cause.member_id = member->id;
  cause.instance_id = member->instance_id.value_or("");
  cause.client_id = member->client.id;
  cause.client_host = member->client.host;
  return cause;
}

void ClassicGroup::rebalance(Cause cause) {
  std::vector<Cause> one;
  one.push_back(std::move(cause));
  rebalance(std::move(one));
}

void ClassicGroup::rebalance(std::vector<Cause> causes) {
  if (causes.empty()) return;
  if (state_ == State::kCompleting) {
    slot_.history.ended(context().now.wall_ms, false);
    fail_syncs(ErrorCode::kRebalanceInProgress);
  }
  for (Cause& each : causes) slot_.note(std::move(each), members_.size());
  if (state_ == State::kPreparing) return complete_if_joined();
  sync_alarm_.clear();
  ++round_;
  storing_ = false;
  initial_ = state_ == State::kEmpty;
  set_state(State::kPreparing);
  if (initial_) {
    const std::int64_t delay = context().settings.initial_rebalance_delay_ms;
    remaining_ms_ = std::max<std::int64_t>(rebalance_timeout_ms() - delay, 0);
    member_added_ = false;
    return join_alarm_.set(steady_ms() + delay);
  }
  join_alarm_.set(steady_ms() + rebalance_timeout_ms());
  complete_if_joined();
}

void ClassicGroup::complete_if_joined() {
  if (state_ == State::kPreparing && !initial_ && all_joined()) complete_join();
}

void ClassicGroup::on_alarm(Alarm& alarm) {
  if (&alarm == &sync_alarm_) return syncs_overdue();
  if (state_ != State::kPreparing) return;
  if (initial_ && member_added_ && remaining_ms_ > 0) {
    const std::int64_t delay = std::min<std::int64_t>(context().settings.initial_rebalance_delay_ms, remaining_ms_);
    remaining_ms_ -= delay;
    member_added_ = false;
    return join_alarm_.set(steady_ms() + delay);
  }
  complete_join();
}

void ClassicGroup::complete_join() {
  join_alarm_.clear();
  initial_ = false;
  std::vector<Member*> late;
  for (const auto& [id, member] : members_)
    if (!member->joining() && !member->is_static()) late.push_back(member.get());
  for (Member* member : late) {
    slot_.note(cause(CauseKind::kMemberTookTooLong, member, "did not rejoin"), members_.size());
    remove(*member);
  }
  if (members_.empty()) return begin_empty();
  // Static members alone, who are all away: they come back, or their sessions end.
  if (!elect_leader()) return join_alarm_.set(steady_ms() + std::max(rebalance_timeout_ms(), kShortestWaitMs));
  begin_generation();
}

bool ClassicGroup::elect_leader() {
  if (leader_) {
    const Member* leader = find(*leader_);
    if (leader != nullptr && leader->joining()) return true;
  }
  for (const auto& [id, member] : members_) {
    if (!member->joining()) continue;
    leader_ = id;
    return true;
  }
  return false;
}

std::string ClassicGroup::vote() const {
  std::map<std::string_view, std::size_t> votes;
  for (const auto& [id, member] : members_) {
    for (const JoinRequest::Protocol& protocol : member->protocols) {
      const auto count = protocol_counts_.find(protocol.name);
      if (count == protocol_counts_.end() || count->second != members_.size()) continue;
      ++votes[protocol.name];
      break;
    }
  }
  const auto most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
  return most == votes.end() ? std::string() : std::string(most->first);
}

void ClassicGroup::begin_empty() {
  generation_ = generation_ == std::numeric_limits<std::int32_t>::max() ? 1 : generation_ + 1;
  protocol_.reset();
  leader_.reset();
  set_state(State::kEmpty);
  read_subscriptions();
  slot_.history.joined(generation_, context().now.wall_ms, 0, "", "");
  slot_.history.ended(context().now.wall_ms, false);
  GroupChange change;
  change.records.push_back(record(nullptr));
  stored_ = true;
  // When it fails the store keeps the members, whose sessions end after a reload.
  slot_.write(std::move(change), [](ErrorCode, Slot*) {});
}

void ClassicGroup::begin_generation() {
  generation_ = generation_ == std::numeric_limits<std::int32_t>::max() ? 1 : generation_ + 1;
  protocol_ = vote();
  set_state(State::kCompleting);
  read_subscriptions();
  slot_.history.joined(generation_, context().now.wall_ms, members_.size(), *protocol_, *leader_);
  for (const auto& [id, member] : members_) {
    if (member->joining()) {
      --joining_;
      context().answer(std::exchange(member->on_joined, nullptr), present(*member, id == leader_));
    }
    member->is_new = false;
    if (!member->pending_sync) ++pending_syncs_;
    member->pending_sync = true;
    touch(*member);
  }
  sync_alarm_.set(steady_ms() + rebalance_timeout_ms());
}

void ClassicGroup::syncs_overdue() {
  if ((state_ != State::kCompleting && state_ != State::kStable) || pending_syncs_ == 0) return;
  std::vector<Member*> late;
  for (const auto& [id, member] : members_)
    if (member->pending_sync) late.push_back(member.get());
  std::vector<Cause> causes;
  for (Member* member : late) {
    causes.push_back(cause(CauseKind::kMemberTookTooLong, member, "did not ask for its assignment"));
    remove(*member);
  }
  rebalance(std::move(causes));
}

void ClassicGroup::session_ended(ClassicMember& member) {
  // Who waits for an answer is alive as far as anybody can know; a new member has a limit of its own.
  if (!member.is_new && (member.joining() || member.syncing())) return;
  Cause why = cause(CauseKind::kMemberExpired, &member, silence(member.session_timeout_ms));
  remove(member);
  rebalance(std::move(why));
}

void ClassicGroup::pending_ended(PendingMember& pending) {
  erase_pending(std::string(pending.id));
  complete_if_joined();
}

}  // namespace barnabas::group
