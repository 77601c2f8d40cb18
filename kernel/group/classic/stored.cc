// A classic group and its stored form; and what it says about the offsets that are committed for it.
#include <algorithm>
#include <utility>

#include "kernel/group/classic/classic_group.h"

namespace barnabas::group {

StoredRecord ClassicGroup::record(const std::map<std::string, Octets, std::less<>>* assignments) const {
  GroupView view;
  view.protocol_type = protocol_type_;
  view.generation = generation_;
  view.protocol = &protocol_;
  view.leader = &leader_;
  view.state_ms = state_ms_;
  for (const auto& [id, member] : members_) {
    std::string_view assignment = member->assignment;
    if (assignments != nullptr) {
      const auto found = assignments->find(id);
      assignment = found == assignments->end() ? std::string_view() : std::string_view(found->second);
    }
    view.members.push_back({id, &member->instance_id, &member->client, member->rebalance_timeout_ms, member->session_timeout_ms,
                            member->metadata_of(protocol_.value_or("")), assignment});
  }
  return group_record(slot_.id(), view);
}

void ClassicGroup::load(StoredGroup stored) {
  stored_ = true;
  generation_ = std::max(stored.generation, 0);
  protocol_ = std::move(stored.protocol);
  leader_ = std::move(stored.leader);
  for (StoredGroup::Member& from : stored.members) {
    if (members_.contains(from.id)) continue;
    JoinRequest as_joined;
    as_joined.instance_id = std::move(from.instance_id);
    as_joined.client = std::move(from.client);
    as_joined.session_timeout_ms = from.session_timeout_ms;
    as_joined.rebalance_timeout_ms = from.rebalance_timeout_ms;
    as_joined.protocols.push_back({protocol_.value_or(""), std::move(from.subscription)});
    Member& member = add(as_joined, std::move(from.id));
    member.assignment = std::move(from.assignment);
    recount_bytes(member);
  }
  protocol_type_ = std::move(stored.protocol_type);
  if (!members_.empty() && (!leader_ || find(*leader_) == nullptr)) leader_ = members_.begin()->first;
  state_ = members_.empty() ? State::kEmpty : State::kStable;
  if (stored.state_ms >= 0) state_ms_ = stored.state_ms;
  read_subscriptions();
}

void ClassicGroup::on_loaded() {
  for (const auto& [id, member] : members_) touch(*member);
  if (members_.size() > static_cast<std::size_t>(context().settings.max_size)) rebalance(cause(CauseKind::kTooLarge, nullptr, {}));
}

void ClassicGroup::add_tombstones(std::vector<StoredRecord>& records) const {
  if (stored_) records.push_back(group_tombstone(slot_.id()));
}

ErrorCode ClassicGroup::check_commit(const OffsetCommitRequest& request) const {
  if (slot_.dead) return ErrorCode::kCoordinatorNotAvailable;
  if (request.generation_or_epoch < 0 && state_ == State::kEmpty) return ErrorCode::kNone;  // nobody's member commits
  if (request.generation_or_epoch < 0 && request.member_id.empty() && !request.instance_id) return ErrorCode::kUnknownMemberId;
  const ErrorCode error = check_member(request.member_id, request.instance_id);
  if (error != ErrorCode::kNone) return error;
  if (request.generation_or_epoch != generation_) return ErrorCode::kIllegalGeneration;
  return state_ == State::kCompleting ? ErrorCode::kRebalanceInProgress : ErrorCode::kNone;
}

void ClassicGroup::on_commit(const OffsetCommitRequest& request) {
  Member* member = find(request.member_id);
  if (member != nullptr && (state_ == State::kStable || state_ == State::kPreparing) && !member->is_new) touch(*member);
}

ErrorCode ClassicGroup::check_offset_delete() const {
  if (slot_.dead) return ErrorCode::kGroupIdNotFound;
  return state_ == State::kEmpty || uses_consumer_protocol() ? ErrorCode::kNone : ErrorCode::kNonEmptyGroup;
}

bool ClassicGroup::is_subscribed(std::string_view topic) const {
  return subscribed_ ? subscribed_->contains(topic) : uses_consumer_protocol();
}

std::optional<std::int64_t> ClassicGroup::retention_from(const StoredOffset& offset) const {
  if (protocol_type_.empty()) return offset.commit_ms;
  if (state_ == State::kEmpty) return state_ms_ >= 0 ? state_ms_ : offset.commit_ms;
  if (state_ == State::kStable && uses_consumer_protocol() && subscribed_ && !subscribed_->contains(offset.topic)) return offset.commit_ms;
  return std::nullopt;
}

}  // namespace barnabas::group
