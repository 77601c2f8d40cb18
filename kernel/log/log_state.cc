#include "kernel/log/log_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::log {

PartitionLog::PublishingLock::~PublishingLock() {
  const std::uint32_t changes = log_.publish();
  lock_.unlock();
  if (changes == 0) return;
  if (LogObserver* observer = log_.state_->observer.load(std::memory_order_acquire)) observer->on_change(log_, changes);
}

std::uint32_t PartitionLog::publish() {
  State& state = *state_;
  std::uint32_t changes = std::exchange(state.changes, 0);
  if (std::exchange(state.rolled, false)) rolled_.store(true, std::memory_order_relaxed);
  const auto put = [&](auto& published, auto value, std::uint32_t change) {
    if (published.load(std::memory_order_relaxed) == value) return;
    published.store(value, std::memory_order_release);
    changes |= change;
  };
  // In this order a reader that takes them one by one never sees a bound above what it bounds, as long as nothing is truncated.
  put(log_start_, state.at.log_start, kLogStartChanged);
  put(log_end_, state.at.log_end, kLogEndChanged);
  put(flushed_end_, state.at.flushed_end, kFlushedChanged);
  put(high_watermark_, state.at.high_watermark, kHighWatermarkChanged);
  put(last_stable_, state.at.last_stable, kHighWatermarkChanged);
  put(leader_epoch_, state.at.leader_epoch, kRoleChanged);
  put(is_leader_, state.at.is_leader, kRoleChanged);
  put(in_service_, state.usable(), kFailed);
  return changes;
}

Status PartitionLog::State::why_unusable() const {
  if (storage == nullptr) return Status::unavailable(fmt::format("the log of {}-{} is closed", topic, partition));
  return Status::io(fmt::format("the log of {}-{} is out of service: its storage failed", topic, partition));
}

ErrorCode PartitionLog::State::check(const LeaderCheck& check) const {
  if (!usable()) return unusable_error();
  if (check.current_epoch != -1 && check.current_epoch < at.leader_epoch) return ErrorCode::kFencedLeaderEpoch;
  if (check.current_epoch > at.leader_epoch) return ErrorCode::kUnknownLeaderEpoch;
  if (check.leader_only && !at.is_leader) return ErrorCode::kNotLeaderOrFollower;
  return ErrorCode::kNone;
}

ErrorCode PartitionLog::State::note_failure(const Status& status) {
  switch (status.code()) {
    case Code::kOk:
      return ErrorCode::kNone;
    case Code::kIo:
      failed = true;
      return ErrorCode::kKafkaStorageError;
    case Code::kExhausted:
    case Code::kUnavailable:
      return ErrorCode::kKafkaStorageError;
    case Code::kCorrupt:
      return ErrorCode::kCorruptMessage;
    default:
      return ErrorCode::kUnknownServerError;
  }
}

Status PartitionLog::State::passed(Status status) {
  if (!status) static_cast<void>(note_failure(status));
  return status;
}

Status PartitionLog::State::write_epochs(bool sync) {
  epochs_unsaved = true;
  BARNABAS_TRY(passed(storage->write_side(LeaderEpochs::kFileName, sdk::Bytes(epochs.to_text()), sync)));
  epochs_unsaved = false;
  return {};
}

Status PartitionLog::State::write_epochs_if_room() {
  Status status = write_epochs();
  return status.code() == Code::kExhausted ? Status() : std::move(status);
}

Status PartitionLog::State::take_snapshot(std::int64_t offset, bool sync) {
  if (epochs_unsaved) BARNABAS_TRY(write_epochs());
  BARNABAS_TRY(passed(snapshots.take(offset, producers, sync)));
  if (sync) owed.reset();
  return {};
}

void PartitionLog::State::catch_up() {
  if (epochs_unsaved) static_cast<void>(write_epochs());
  if (!owed || epochs_unsaved) return;
  // Where it belongs, since the log may still be cut behind it. What begins above it would not go by it.
  if (owed->offset < at.log_start) {
    static_cast<void>(take_snapshot(at.log_end, true));
  } else if (passed(snapshots.take(owed->offset, owed->producers, true))) {
    owed.reset();
  }
}

std::int64_t PartitionLog::State::bound(Isolation isolation) const {
  switch (isolation) {
    case Isolation::kLogEnd:
      return at.log_end;
    case Isolation::kHighWatermark:
      return at.high_watermark;
    case Isolation::kLastStable:
      break;
  }
  return at.last_stable;
}

void PartitionLog::State::advance() {
  if (settings.flush == FlushMode::kOs) at.flushed_end = at.log_end;
  if (at.is_leader)
    if (const auto reached = replicas.high_watermark(at.flushed_end, settings.replica_lag_time_max_ms))
      at.high_watermark = std::max(at.high_watermark, std::min(*reached, at.flushed_end));
  settle_last_stable();
}

void PartitionLog::State::settle_last_stable() {
  transactions.on_high_watermark(at.high_watermark);
  at.last_stable = std::min(at.high_watermark, std::max(transactions.first_undecided(), at.log_start));
}

Status PartitionLog::State::raise_start(std::int64_t offset) { return offset <= at.log_start ? Status() : start_at(offset); }

Status PartitionLog::State::start_at(std::int64_t offset) {
  // Without room for it the batches go all the same: nothing else would ever make room.
  if (Status kept = passed(snapshots.keep(offset)); !kept && kept.code() != Code::kExhausted) return kept;
  BARNABAS_TRY(passed(storage->advance_start(offset)));
  at.log_start = offset;
  at.high_watermark = std::max(at.high_watermark, offset);
  if (epochs.remove_below(offset)) BARNABAS_TRY(write_epochs_if_room());
  return passed(snapshots.remove_before_kept(offset));
}

// The segment that is written to is given up by beginning another. From then on producers are known by the snapshot alone, so it is synced.
// Where the device has no room for it, it is owed: nothing else would ever make room.
Status PartitionLog::State::give_up_all() {
  if (storage->state().size == 0) return raise_start(at.log_end);
  BARNABAS_TRY(passed(storage->roll()));
  Status taken = take_snapshot(at.log_end, true);
  if (taken.code() == Code::kExhausted) {
    owed.reset();
    if (!producers.empty()) owed = {at.log_end, producers};
  } else {
    BARNABAS_TRY(std::move(taken));
  }
  BARNABAS_TRY(start_at(at.log_end));
  if (!owed) return {};
  return Status::exhausted(
      fmt::format("all records of {}-{} were given up, and there is no room to write down who produced them: until there is, a broker "
                  "that is killed forgets it, and may take a batch that is sent again for a new one",
                  topic, partition));
}

}  // namespace barnabas::log
