// PartitionLog: reading and what readers ask before they read.
#include "kernel/log/lease_walk.h"
#include "kernel/log/log_state.h"

#include <algorithm>

namespace barnabas::log {

namespace {

// A storage is a plugin, and what it lends is sent without another look.
bool is_sound(const sdk::Lease& lease) {
  if (lease.region_count > sdk::Lease::kMaxRegions) return false;
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < lease.region_count; ++i) {
    const sdk::Region& region = lease.regions[i];
    if (region.file == nullptr && region.size > region.memory.size) return false;
    if (region.size > lease.size - size) return false;
    size += region.size;
  }
  return size == lease.size;
}

// Octets that the storage lends, or why there are none.
Status borrow(sdk::PartitionStorage& storage, const sdk::ReadRequest& request, sdk::Lease& lease) {
  Status status = storage.read(request, lease);
  if (status && !is_sound(lease))
    status = Status::internal("the storage lends octets that are not there: its regions do not add up to the size that it says");
  if (!status) lease = {};  // what would be released cannot be believed either
  return status;
}

// So many are given to a reader without a look at where its octets end.
constexpr std::size_t kFewAborted = 32;

class AbortedLister final : public sdk::Visitor<sdk::AbortedTransaction> {
 public:
  AbortedLister(std::vector<AbortedProducer>& list, std::size_t most) : list_(list), most_(most) {}
  bool visit(const sdk::AbortedTransaction& transaction) noexcept override {
    list_.push_back({transaction.producer_id, transaction.first_offset});
    return list_.size() < most_;
  }

 private:
  std::vector<AbortedProducer>& list_;
  const std::size_t most_;
};

// Those that overlap what the lease holds. A reader far behind has many more before the last stable offset: it gets them when it comes
// there.
Status list_aborted(sdk::PartitionStorage& storage, std::int64_t offset, std::int64_t upper, const sdk::Lease& lease,
                    std::vector<AbortedProducer>& aborted) {
  AbortedLister few(aborted, kFewAborted);
  BARNABAS_TRY(storage.aborted(offset, upper, few));
  if (aborted.size() < kFewAborted) return {};
  const Result<std::int64_t> end = end_of_lease(lease);
  if (!end) return end.status().copy();
  aborted.clear();
  AbortedLister all(aborted, SIZE_MAX);
  return storage.aborted(offset, std::min(upper, std::max(*end, offset + 1)), all);
}

}  // namespace

LogReadOutcome PartitionLog::read(const LogRead& read, std::vector<AbortedProducer>& aborted) {
  aborted.clear();
  PublishingLock lock(*this);
  State& state = *state_;
  LogReadOutcome outcome;
  outcome.error = state.check(read.check);
  if (outcome.error != ErrorCode::kNone) return outcome;
  outcome.high_watermark = state.at.high_watermark;
  outcome.last_stable = state.at.last_stable;
  outcome.log_start = state.at.log_start;
  outcome.log_end = state.at.log_end;
  if (read.offset < state.at.log_start) {
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
  // Only now: who reads beyond the end because the log was cut is told where it diverged.
  if (read.offset > state.at.log_end) {
    outcome.error = ErrorCode::kOffsetOutOfRange;
    return outcome;
  }
  outcome.bound = state.bound(read.isolation);
  if (read.offset >= outcome.bound) return outcome;
  outcome.status = borrow(
      *state.storage,
      {.offset = read.offset, .upper_offset = outcome.bound, .max_bytes = read.max_bytes, .at_least_one_batch = read.at_least_one_batch},
      outcome.lease);
  if (outcome.status && read.isolation == Isolation::kLastStable && outcome.lease.size != 0) {
    outcome.status = list_aborted(*state.storage, read.offset, outcome.bound, outcome.lease, aborted);
    if (!outcome.status) {
      give_back(outcome.lease);
      aborted.clear();
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
