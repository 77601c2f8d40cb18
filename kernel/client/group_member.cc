#include "kernel/client/group_member.h"

#include <algorithm>
#include <limits>

namespace barnabas::client {

using wire::ErrorCode;

void GroupMember::join(std::int64_t now_ms) {
  if (phase_ != Phase::kAway || failure_) return;
  phase_ = Phase::kJoining;
  polled_ms_ = now_ms;
}

void GroupMember::join_again() {
  if (phase_ == Phase::kStable)
    start_over(false);
  else
    again_ = phase_ == Phase::kJoining || phase_ == Phase::kAssigning || phase_ == Phase::kSyncing;
}

void GroupMember::leave() {
  holds_ = false;
  out_ = Step::kNothing;
  const bool says_so = !settings_.instance_id && !member_id_.empty() && knows_coordinator_ && !failure_;
  phase_ = says_so && phase_ != Phase::kAway && phase_ != Phase::kOverslept ? Phase::kLeaving : Phase::kAway;
}

void GroupMember::polled(std::int64_t now_ms) {
  polled_ms_ = now_ms;
  if (phase_ == Phase::kOverslept && out_ == Step::kNothing) start_over(true);
}

Step GroupMember::begin(Step step) {
  out_ = step;
  return step;
}

bool GroupMember::take(Step step) {
  if (out_ != step) return false;
  out_ = Step::kNothing;
  return true;
}

Step GroupMember::next_of_phase() {
  switch (phase_) {
    case Phase::kGivingUp:
      return begin(Step::kGiveUp);
    case Phase::kLeaving:
      return begin(Step::kLeave);
    case Phase::kAway:
    case Phase::kOverslept:
      return Step::kNothing;
    default:
      break;
  }
  if (!knows_coordinator_) return begin(Step::kFindCoordinator);
  switch (phase_) {
    case Phase::kJoining:
      return begin(Step::kJoin);
    case Phase::kAssigning:
      return begin(Step::kAssign);
    case Phase::kSyncing:
      return begin(Step::kSync);
    default:
      return Step::kNothing;
  }
}

Step GroupMember::next(std::int64_t now_ms) {
  if (failure_) return Step::kNothing;
  if (phase_ == Phase::kStable && now_ms - polled_ms_ >= settings_.rebalance_timeout_ms) {
    oversleep();
    if (out_ == Step::kLeave) return out_;
  }
  if (out_ == Step::kNothing && now_ms >= backoff_.not_before_ms())
    if (const Step step = next_of_phase(); step != Step::kNothing) return step;
  if (!heartbeats() || !knows_coordinator_ || beat_is_out_ || now_ms < beat_at_ms_) return Step::kNothing;
  beat_is_out_ = true;
  beat_generation_ = generation_;
  beat_at_ms_ = now_ms + settings_.heartbeat_interval_ms;
  return Step::kHeartbeat;
}

std::int64_t GroupMember::wake_ms() const {
  std::int64_t wake_ms = std::numeric_limits<std::int64_t>::max();
  if (failure_ || phase_ == Phase::kAway || phase_ == Phase::kOverslept) return wake_ms;
  if (out_ == Step::kNothing && (phase_ != Phase::kStable || !knows_coordinator_)) wake_ms = backoff_.not_before_ms();
  if (heartbeats() && knows_coordinator_ && !beat_is_out_) wake_ms = std::min(wake_ms, beat_at_ms_);
  if (phase_ == Phase::kStable) wake_ms = std::min(wake_ms, polled_ms_ + settings_.rebalance_timeout_ms);
  return wake_ms;
}

void GroupMember::fail(ErrorCode error) {
  failure_ = error;
  lost_ = true;
  phase_ = Phase::kAway;
}

// The owner did not look for so long that the others shall have its partitions. It joins anew when it looks again.
void GroupMember::oversleep() {
  phase_ = Phase::kOverslept;
  out_ = !settings_.instance_id && knows_coordinator_ ? Step::kLeave : Step::kNothing;
  lost_ = true;
}

void GroupMember::start_over(bool lost) {
  lost_ = lost_ || lost;
  again_ = false;
  phase_ = holds_ ? Phase::kGivingUp : Phase::kJoining;
}

bool GroupMember::told(ErrorCode error) {
  switch (error) {
    case ErrorCode::kNone:
      return false;
    case ErrorCode::kRebalanceInProgress:
      start_over(false);
      return true;
    case ErrorCode::kUnknownMemberId:
      member_id_.clear();
      [[fallthrough]];
    case ErrorCode::kIllegalGeneration:
      generation_ = -1;
      start_over(true);
      return true;
    case ErrorCode::kNotCoordinator:
    case ErrorCode::kCoordinatorNotAvailable:
    case ErrorCode::kNetworkException:
      knows_coordinator_ = false;
      return true;
    case ErrorCode::kFencedInstanceId:
    case ErrorCode::kGroupAuthorizationFailed:
      fail(error);
      return true;
    default:
      return false;
  }
}

void GroupMember::found(std::int64_t now_ms, ErrorCode error) {
  if (!take(Step::kFindCoordinator)) return;
  if (error == ErrorCode::kInvalidGroupId || error == ErrorCode::kGroupAuthorizationFailed) return fail(error);
  if (error != ErrorCode::kNone) return backoff_.failed(now_ms);
  knows_coordinator_ = true;
  backoff_.succeeded();
}

void GroupMember::joined(std::int64_t now_ms, JoinAnswer answer) {
  if (!take(Step::kJoin)) return;
  switch (answer.error) {
    case ErrorCode::kNone:
      break;
    case ErrorCode::kMemberIdRequired:
      member_id_ = std::move(answer.member_id);
      return;
    case ErrorCode::kCoordinatorLoadInProgress:
    case ErrorCode::kRequestTimedOut:
      return backoff_.failed(now_ms);
    default:
      if (!told(answer.error)) return fail(answer.error);
      return backoff_.failed(now_ms);
  }
  backoff_.succeeded();
  lost_ = false;
  member_id_ = std::move(answer.member_id);
  generation_ = answer.generation;
  is_leader_ = answer.leader == member_id_;
  phase_ = is_leader_ && !answer.skip_assignment ? Phase::kAssigning : Phase::kSyncing;
}

void GroupMember::assigned() {
  if (take(Step::kAssign)) phase_ = Phase::kSyncing;
}

void GroupMember::not_assigned(std::int64_t now_ms) {
  if (take(Step::kAssign)) backoff_.failed(now_ms);
}

void GroupMember::synced(std::int64_t now_ms, ErrorCode error) {
  if (!take(Step::kSync)) return;
  if (error == ErrorCode::kCoordinatorLoadInProgress || error == ErrorCode::kRequestTimedOut) error = ErrorCode::kRebalanceInProgress;
  if (error != ErrorCode::kNone) {
    if (!told(error)) return fail(error);
    if (!failure_) phase_ = Phase::kJoining;  // whether the coordinator has the assignment is not known
    return backoff_.failed(now_ms);
  }
  backoff_.succeeded();
  holds_ = true;
  phase_ = Phase::kStable;
  beat_at_ms_ = now_ms + settings_.heartbeat_interval_ms;
  if (again_) start_over(false);
}

void GroupMember::beaten(ErrorCode error) {
  if (!beat_is_out_) return;
  beat_is_out_ = false;
  if (beat_generation_ != generation_ || !heartbeats()) return;  // of a membership that is over
  if (phase_ == Phase::kGivingUp && error == ErrorCode::kRebalanceInProgress) return;
  told(error);
}

void GroupMember::committed(std::int32_t generation, ErrorCode error) {
  if (generation != generation_ || !heartbeats()) return;
  if (phase_ == Phase::kGivingUp && error == ErrorCode::kRebalanceInProgress) return;
  told(error);
}

void GroupMember::gave_up() {
  if (!take(Step::kGiveUp)) return;
  holds_ = false;
  phase_ = Phase::kJoining;
}

void GroupMember::left() {
  if (!take(Step::kLeave)) return;
  member_id_.clear();
  generation_ = -1;
  if (phase_ == Phase::kLeaving) phase_ = Phase::kAway;
}

}  // namespace barnabas::client
