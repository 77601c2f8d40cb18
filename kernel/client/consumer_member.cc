#include "kernel/client/consumer_member.h"

#include <algorithm>
#include <limits>

namespace barnabas::client {

using wire::ErrorCode;

void ConsumerMember::join(std::int64_t now_ms) {
  if (phase_ != Phase::kAway || failure_) return;
  phase_ = Phase::kJoining;
  say_all_ = true;
  epoch_ = 0;
  polled_ms_ = now_ms;
}

void ConsumerMember::subscription_changed() { say_topics_ = true; }

void ConsumerMember::leave() {
  const bool says_so = epoch_ > 0 && knows_coordinator_ && !failure_ && (lives() || phase_ == Phase::kLosing);
  owned_.clear();
  target_.clear();
  reconciling_to_.clear();
  out_ = ConsumerStep::kNothing;
  is_reconciling_ = false;
  phase_ = says_so ? Phase::kLeaving : Phase::kAway;
}

void ConsumerMember::polled(std::int64_t now_ms) {
  polled_ms_ = now_ms;
  if (phase_ == Phase::kOverslept && out_ == ConsumerStep::kNothing) phase_ = Phase::kLosing;
}

ConsumerStep ConsumerMember::begin(ConsumerStep step) {
  out_ = step;
  return step;
}

bool ConsumerMember::take(ConsumerStep step) {
  if (out_ != step) return false;
  out_ = ConsumerStep::kNothing;
  return true;
}

ConsumerStep ConsumerMember::next(std::int64_t now_ms) {
  if (failure_ || out_ != ConsumerStep::kNothing) return ConsumerStep::kNothing;
  if (phase_ == Phase::kMember && now_ms - polled_ms_ >= settings_.rebalance_timeout_ms) {
    phase_ = Phase::kOverslept;
    return knows_coordinator_ ? begin(ConsumerStep::kLeave) : ConsumerStep::kNothing;
  }
  if (phase_ == Phase::kLosing) return begin(ConsumerStep::kLose);
  if (phase_ == Phase::kLeaving) return begin(ConsumerStep::kLeave);
  if (!lives() || now_ms < backoff_.not_before_ms()) return ConsumerStep::kNothing;
  if (!knows_coordinator_) return begin(ConsumerStep::kFindCoordinator);
  if (may_reconcile()) {
    is_reconciling_ = true;
    reconciling_to_ = target_;
    return ConsumerStep::kReconcile;
  }
  return heartbeat(now_ms);
}

ConsumerStep ConsumerMember::heartbeat(std::int64_t now_ms) {
  const bool has_news = say_all_ || say_topics_ || say_owned_;
  if (beat_is_out_ || (now_ms < beat_at_ms_ && !has_news)) return ConsumerStep::kNothing;
  beat_ = {epoch_, say_all_ || epoch_ == 0, say_all_ || say_topics_ || epoch_ == 0, say_all_ || say_owned_ || epoch_ == 0};
  say_all_ = say_topics_ = say_owned_ = false;
  beat_is_out_ = true;
  return ConsumerStep::kHeartbeat;
}

std::int64_t ConsumerMember::wake_ms() const {
  std::int64_t wake_ms = std::numeric_limits<std::int64_t>::max();
  if (failure_ || out_ != ConsumerStep::kNothing || !lives()) return wake_ms;
  if (!knows_coordinator_ || may_reconcile()) return backoff_.not_before_ms();
  if (!beat_is_out_) wake_ms = std::max(say_all_ || say_topics_ || say_owned_ ? 0 : beat_at_ms_, backoff_.not_before_ms());
  if (phase_ == Phase::kMember) wake_ms = std::min(wake_ms, polled_ms_ + settings_.rebalance_timeout_ms);
  return wake_ms;
}

void ConsumerMember::fail(ErrorCode error) {
  failure_ = error;
  phase_ = Phase::kAway;
}

bool ConsumerMember::told(ErrorCode error) {
  switch (error) {
    case ErrorCode::kUnknownMemberId:
    case ErrorCode::kFencedMemberEpoch:
      phase_ = Phase::kLosing;
      return true;
    case ErrorCode::kNotCoordinator:
    case ErrorCode::kCoordinatorNotAvailable:
    case ErrorCode::kNetworkException:
      knows_coordinator_ = false;
      return true;
    default:
      return false;
  }
}

void ConsumerMember::found(std::int64_t now_ms, ErrorCode error) {
  if (!take(ConsumerStep::kFindCoordinator)) return;
  if (error == ErrorCode::kInvalidGroupId || error == ErrorCode::kGroupAuthorizationFailed) return fail(error);
  if (error != ErrorCode::kNone) return backoff_.failed(now_ms);
  knows_coordinator_ = true;
}

void ConsumerMember::beaten(std::int64_t now_ms, ConsumerAnswer answer) {
  if (!beat_is_out_) return;
  beat_is_out_ = false;
  if (!lives()) return;
  if (answer.error == ErrorCode::kNone) return take_answer(now_ms, std::move(answer));
  say_all_ = true;  // whether the coordinator has heard it is not known
  const bool passes = answer.error == ErrorCode::kCoordinatorLoadInProgress || answer.error == ErrorCode::kRequestTimedOut;
  if (!passes && !told(answer.error)) return fail(answer.error);
  backoff_.failed(now_ms);
}

void ConsumerMember::take_answer(std::int64_t now_ms, ConsumerAnswer answer) {
  backoff_.succeeded();
  phase_ = Phase::kMember;
  epoch_ = answer.epoch;
  interval_ms_ = answer.heartbeat_interval_ms > 0 ? answer.heartbeat_interval_ms : settings_.heartbeat_interval_ms;
  beat_at_ms_ = now_ms + interval_ms_;
  if (answer.assignment) {
    target_ = *std::move(answer.assignment);
    for (auto& [topic, partitions] : target_) std::sort(partitions.begin(), partitions.end());
    std::erase_if(target_, [](const auto& one) { return one.second.empty(); });
  }
}

void ConsumerMember::reconciled() {
  if (!is_reconciling_) return;
  is_reconciling_ = false;
  owned_ = reconciling_to_;
  say_owned_ = true;
}

void ConsumerMember::not_reconciled(std::int64_t now_ms) {
  is_reconciling_ = false;
  backoff_.failed(now_ms);
}

void ConsumerMember::lost() {
  if (!take(ConsumerStep::kLose)) return;
  owned_.clear();
  target_.clear();
  reconciling_to_.clear();
  is_reconciling_ = false;
  epoch_ = 0;
  say_all_ = true;
  phase_ = Phase::kJoining;
}

void ConsumerMember::left() {
  if (!take(ConsumerStep::kLeave)) return;
  epoch_ = 0;
  if (phase_ == Phase::kLeaving) phase_ = Phase::kAway;
}

void ConsumerMember::committed(ErrorCode error) {
  if (lives()) told(error);
}

}  // namespace barnabas::client
