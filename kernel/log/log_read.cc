// PartitionLog: reading and what readers ask before they read.
#include "kernel/log/log_state.h"

namespace barnabas::log {

namespace {

class AbortedLister final : public sdk::Visitor<sdk::AbortedTransaction> {
 public:
  explicit AbortedLister(std::vector<AbortedProducer>& list) : list_(list) {}
  bool visit(const sdk::AbortedTransaction& transaction) noexcept override {
    list_.push_back({transaction.producer_id, transaction.first_offset});
    return true;
  }

 private:
  std::vector<AbortedProducer>& list_;
};

}  // namespace

LogReadOutcome PartitionLog::read(const LogRead& read, std::vector<AbortedProducer>& aborted) {
  aborted.clear();
  Section section(*this);
  State& state = *state_;
  LogReadOutcome outcome;
  outcome.error = state.check(read.check);
  if (outcome.error != ErrorCode::kNone) return outcome;
  outcome.high_watermark = state.at.high_watermark;
  outcome.last_stable = state.at.last_stable;
  outcome.log_start = state.at.log_start;
  outcome.log_end = state.at.log_end;
  if (read.offset < state.at.log_start || read.offset > state.at.log_end) {
    outcome.error = ErrorCode::kOffsetOutOfRange;
    return outcome;
  }
  if (read.last_fetched_epoch >= 0) {
    const EpochEnd end = state.epochs.end_of(read.last_fetched_epoch, state.at.log_end);
    if (end.epoch < 0) {
      outcome.error = ErrorCode::kOffsetOutOfRange;
      return outcome;
    }
    if (end.epoch < read.last_fetched_epoch || end.end_offset < read.offset) {
      outcome.diverging = true;
      outcome.divergence = end;
      return outcome;
    }
  }
  const std::int64_t upper = state.bound(read.isolation);
  if (read.offset >= upper) return outcome;
  outcome.status = state.storage->read(
      {.offset = read.offset, .upper_offset = upper, .max_bytes = read.max_bytes, .at_least_one_batch = read.at_least_one_batch},
      outcome.lease);
  if (outcome.status && read.isolation == Isolation::kLastStable && outcome.lease.size != 0) {
    AbortedLister lister(aborted);
    outcome.status = state.storage->aborted(read.offset, upper, lister);
    if (!outcome.status && outcome.lease.release != nullptr) {
      outcome.lease.release(outcome.lease.owner, outcome.lease.token);
      outcome.lease = {};
    }
  }
  outcome.error = state.note_failure(outcome.status);
  return outcome;
}

ErrorCode PartitionLog::check(const LeaderCheck& check) const {
  std::lock_guard lock(state_->mutex);
  return state_->check(check);
}

ErrorCode PartitionLog::end_offset_for_epoch(std::int32_t epoch, const LeaderCheck& check, EpochEnd& end) const {
  std::lock_guard lock(state_->mutex);
  const ErrorCode error = state_->check(check);
  end = error == ErrorCode::kNone ? state_->epochs.end_of(epoch, state_->at.log_end) : EpochEnd{};
  return error;
}

}  // namespace barnabas::log
