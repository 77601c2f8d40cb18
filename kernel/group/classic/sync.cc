// SyncGroup, Heartbeat and LeaveGroup: what members of a generation ask. An assignment is stored before anybody hears of it.
#include <utility>

#include "kernel/group/classic/classic_group.h"

namespace barnabas::group {

void ClassicGroup::sync(SyncRequest request, std::function<void(SyncReply)> reply) {
  SyncReply refusal;
  refusal.error = slot_.dead ? ErrorCode::kCoordinatorNotAvailable : check_member(request.member_id, request.instance_id);
  if (refusal.error == ErrorCode::kNone && request.generation != generation_) refusal.error = ErrorCode::kIllegalGeneration;
  if (refusal.error == ErrorCode::kNone &&
      ((request.protocol_type && *request.protocol_type != protocol_type_) || (request.protocol && request.protocol != protocol_)))
    refusal.error = ErrorCode::kInconsistentGroupProtocol;
  if (refusal.error == ErrorCode::kNone && state_ == State::kEmpty) refusal.error = ErrorCode::kUnknownMemberId;
  if (refusal.error == ErrorCode::kNone && state_ == State::kPreparing) refusal.error = ErrorCode::kRebalanceInProgress;
  if (refusal.error != ErrorCode::kNone) return context().answer(std::move(reply), std::move(refusal));

  Member& member = *find(request.member_id);
  answer_sync(member, ErrorCode::kRebalanceInProgress);  // it asked again, elsewhere
  sync_asked(member);
  if (!reply) reply = [](const SyncReply&) {};
  member.on_synced = std::move(reply);
  if (state_ == State::kStable) {
    answer_sync(member, ErrorCode::kNone);
    return touch(member);
  }
  if (leader_ == member.id && !storing_) store_assignment(request);
}

void ClassicGroup::store_assignment(const SyncRequest& request) {
  std::map<std::string, Octets, std::less<>> assignments;
  std::size_t bytes = 0;
  for (const SyncRequest::Assignment& each : request.assignments) {
    if (!members_.contains(each.member_id)) continue;
    bytes += each.assignment.size();
    assignments[each.member_id] = each.assignment;
  }
  storing_ = true;
  if (!has_room(bytes)) return assigned(round_, {}, ErrorCode::kUnknownServerError);
  GroupChange change;
  change.records.push_back(record(&assignments));
  stored_ = true;
  slot_.write(std::move(change),
              [this, alive = std::weak_ptr(alive_), round = round_, assignments = std::move(assignments)](ErrorCode error, Slot*) mutable {
                if (alive.expired()) return;
                assigned(round, std::move(assignments), told_of(error));
              });
}

void ClassicGroup::assigned(std::uint64_t round, std::map<std::string, Octets, std::less<>> assignments, ErrorCode error) {
  if (round != round_ || state_ != State::kCompleting) return;
  storing_ = false;
  if (error != ErrorCode::kNone) {
    fail_syncs(error);
    return rebalance(cause(CauseKind::kStoreFailed, nullptr, std::string(wire::error_name(error))));
  }
  set_state(State::kStable);
  for (const auto& [id, member] : members_) {
    const auto assignment = assignments.find(id);
    member->assignment = assignment == assignments.end() ? Octets() : std::move(assignment->second);
    recount_bytes(*member);
    if (member->syncing()) touch(*member);
    answer_sync(*member, ErrorCode::kNone);
  }
  slot_.history.ended(context().now.wall_ms, true);
}

void ClassicGroup::fail_syncs(ErrorCode error) {
  for (const auto& [id, member] : members_) {
    member->assignment.clear();
    recount_bytes(*member);
    sync_asked(*member);
    if (!member->syncing()) continue;
    answer_sync(*member, error);
    touch(*member);
  }
}

void ClassicGroup::sync_asked(Member& member) {
  if (!member.pending_sync) return;
  member.pending_sync = false;
  if (--pending_syncs_ == 0) sync_alarm_.clear();
}

void ClassicGroup::answer_sync(Member& member, ErrorCode error) {
  if (!member.syncing()) return;
  SyncReply reply;
  reply.error = error;
  if (error == ErrorCode::kNone) {
    reply.protocol_type = protocol_type_;
    reply.protocol = protocol_;
    reply.assignment = member.assignment;
  }
  context().answer(std::exchange(member.on_synced, nullptr), std::move(reply));
}

ErrorCode ClassicGroup::heartbeat(const HeartbeatRequest& request) {
  if (slot_.dead) return ErrorCode::kCoordinatorNotAvailable;
  const ErrorCode error = check_member(request.member_id, request.instance_id);
  if (error != ErrorCode::kNone) return error;
  if (request.generation != generation_) return ErrorCode::kIllegalGeneration;
  if (state_ == State::kEmpty) return ErrorCode::kUnknownMemberId;
  touch(*find(request.member_id));
  return state_ == State::kPreparing ? ErrorCode::kRebalanceInProgress : ErrorCode::kNone;
}

LeaveReply ClassicGroup::leave(const LeaveRequest& request) {
  LeaveReply reply;
  if (slot_.dead) {
    reply.error = ErrorCode::kCoordinatorNotAvailable;
    return reply;
  }
  std::vector<Cause> causes;
  for (const LeaveRequest::Member& leaving : request.members) {
    reply.members.push_back({leaving.id, leaving.instance_id, ErrorCode::kNone});
    leave_one(reply.members.back(), leaving.reason, causes);
  }
  rebalance(std::move(causes));
  complete_if_joined();
  return reply;
}

void ClassicGroup::leave_one(LeaveReply::Member& answer, const std::string& reason, std::vector<Cause>& causes) {
  std::string id = answer.id;
  if (id.empty()) {  // an administrator names whoever holds the instance id
    const auto holder = answer.instance_id ? instances_.find(*answer.instance_id) : instances_.end();
    if (holder != instances_.end()) id = holder->second;
  } else if (pending_.contains(id)) {
    return erase_pending(id);
  }
  answer.error = check_member(id, answer.instance_id);
  if (answer.error != ErrorCode::kNone) return;
  Member& member = *find(id);
  causes.push_back(cause(CauseKind::kMemberLeft, &member, reason));
  remove(member);
}

}  // namespace barnabas::group
