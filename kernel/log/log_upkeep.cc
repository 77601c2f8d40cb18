// PartitionLog: flushing, deleting, cutting, forgetting, ending.
#include "kernel/log/log_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::log {

Status PartitionLog::flush() {
  State& state = *state_;
  std::unique_lock flushing(state.flush_mutex);
  sdk::PartitionStorage* storage = nullptr;
  std::int64_t end = 0;
  std::uint64_t truncations = 0;
  {
    std::lock_guard lock(state.mutex);
    if (!state.usable()) return state.why_unusable();
    if (flush_mode_ == FlushMode::kAck && state.at.flushed_end >= state.at.log_end) return {};
    rolled_.store(false, std::memory_order_relaxed);
    storage = state.storage;  // close() waits for flush_mutex
    end = state.at.log_end;
    truncations = state.truncations;
  }
  Status status = storage->flush();
  PublishingLock lock(*this);
  flushing.unlock();  // before the observer hears of it: it may start the next one
  if (!status) {
    // Whatever the code: after a flush that failed nobody knows what the device holds.
    state.failed = true;
    return status;
  }
  if (truncations == state.truncations) state.at.flushed_end = std::max(state.at.flushed_end, end);
  state.advance();
  return {};
}

void PartitionLog::configure(const LogSettings& settings) {
  PublishingLock lock(*this);
  State& state = *state_;
  const FlushMode flush = state.settings.flush;
  state.settings = settings;
  state.settings.flush = flush;
  if (state.storage != nullptr) state.storage->configure(settings.storage);
}

ErrorCode PartitionLog::delete_records(std::int64_t offset, Status& status) {
  PublishingLock lock(*this);
  State& state = *state_;
  if (const ErrorCode error = state.check({}); error != ErrorCode::kNone) return error;
  const std::int64_t start = offset == -1 ? state.at.high_watermark : offset;
  if (start < 0 || start > state.at.high_watermark) return ErrorCode::kOffsetOutOfRange;
  status = state.raise_start(start);
  state.advance();
  return status ? ErrorCode::kNone : state.note_failure(status);
}

Status PartitionLog::advance_start(std::int64_t offset, const RetentionRules& by) {
  PublishingLock lock(*this);
  State& state = *state_;
  if (!state.usable()) return state.why_unusable();
  if (by != state.settings.retention) return {};
  if (offset > state.at.high_watermark)
    return Status::invalid(
        fmt::format("the start of {}-{} can not go to offset {}: the high watermark is {}, and what is above it may still be needed",
                    state.topic, state.partition, offset, state.at.high_watermark));
  Status status = offset == state.at.log_end ? state.give_up_all() : state.raise_start(offset);
  state.advance();
  return status;
}

Status PartitionLog::truncate_to(std::int64_t offset) {
  PublishingLock lock(*this);
  State& state = *state_;
  if (!state.usable()) return state.why_unusable();
  if (state.at.is_leader)
    return Status::invalid(fmt::format("{}-{} is led here, and a leader's log is never cut", state.topic, state.partition));
  if (offset >= state.at.log_end) return {};
  if (offset < state.at.log_start)
    return Status::invalid(fmt::format("{}-{} begins at {}: it can not be cut at {}, only begin anew there", state.topic, state.partition,
                                       state.at.log_start, offset));
  ++state.truncations;
  state.at.high_watermark = std::min(state.at.high_watermark, offset);
  BARNABAS_TRY(state.passed(state.storage->truncate(offset)));
  const sdk::PartitionState stored = state.storage->state();
  state.at.log_start = stored.log_start;
  state.at.log_end = stored.log_end;
  state.at.high_watermark = std::min(state.at.high_watermark, state.at.log_end);
  state.at.flushed_end = std::min(state.at.flushed_end, state.at.log_end);
  if (state.epochs.remove_from(state.at.log_end)) BARNABAS_TRY(state.write_epochs_if_room());
  OpenReport report;
  Status status = state.load_producers(report, state.at.log_end);
  state.advance();
  return status;
}

Status PartitionLog::restart_at(std::int64_t offset) {
  PublishingLock lock(*this);
  State& state = *state_;
  if (!state.usable()) return state.why_unusable();
  if (state.at.is_leader)
    return Status::invalid(fmt::format("{}-{} is led here, and a leader's log is never cut", state.topic, state.partition));
  ++state.truncations;
  BARNABAS_TRY(state.passed(state.storage->restart(offset)));
  state.at.log_start = state.at.log_end = state.at.high_watermark = state.at.flushed_end = offset;
  state.producers.clear();
  state.transactions.clear();
  state.verifications.clear();
  state.owed.reset();
  state.settle_last_stable();
  if (state.epochs.clear()) BARNABAS_TRY(state.write_epochs_if_room());
  return state.passed(state.snapshots.remove_all());
}

std::vector<ProducerInfo> PartitionLog::producers() const {
  std::lock_guard lock(state_->mutex);
  std::vector<ProducerInfo> list;
  list.reserve(state_->producers.size());
  for (const auto& [id, entry] : state_->producers) list.push_back(entry.info());
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.producer_id < b.producer_id; });
  return list;
}

std::size_t PartitionLog::expire_producers(std::int64_t mono_ms) {
  std::lock_guard lock(state_->mutex);
  state_->verifications.expire();
  std::size_t forgotten = 0;
  for (auto at = state_->producers.begin(); at != state_->producers.end();) {
    const bool idle = at->second.transaction_start() < 0 && at->second.idle_ms(mono_ms) >= state_->settings.producer_id_expiration_ms;
    forgotten += idle;
    at = idle ? state_->producers.erase(at) : std::next(at);
  }
  return forgotten;
}

void PartitionLog::note_checkpoint() {
  PublishingLock lock(*this);
  if (!state_->usable()) return;
  state_->catch_up();
  state_->storage->note_high_watermark(state_->at.high_watermark);
}

Status PartitionLog::close(bool clean) {
  State& state = *state_;
  std::lock_guard flushing(state.flush_mutex);
  PublishingLock lock(*this);
  if (state.storage == nullptr) return {};
  Status status;
  if (clean && !state.failed) {
    if (state.at.log_end > 0) status = state.take_snapshot(state.at.log_end, true);  // as Kafka: none of nothing
    state.storage->note_high_watermark(state.at.high_watermark);
  }
  state.storage = nullptr;
  state.at.is_leader = false;
  return status;
}

}  // namespace barnabas::log
