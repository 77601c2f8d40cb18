#include "kernel/log/partition_log.h"

#include "kernel/log/log_state.h"

#include <fmt/format.h>

namespace barnabas::log {

PartitionLog::PartitionLog(std::unique_ptr<State> state, FlushMode flush_mode) : state_(std::move(state)), flush_mode_(flush_mode) {
  static_cast<void>(publish());
}

PartitionLog::~PartitionLog() = default;

Result<std::shared_ptr<PartitionLog>> PartitionLog::open(std::string topic, std::int32_t partition, const sdk::Uuid& topic_id,
                                                         sdk::PartitionStorage& storage, const LogSettings& settings, std::int64_t now_ms,
                                                         OpenReport& report) {
  auto state = std::make_unique<State>(std::move(topic), partition, topic_id, storage, settings);
  BARNABAS_TRY(state->load(now_ms, report));
  return std::shared_ptr<PartitionLog>(new PartitionLog(std::move(state), settings.flush));
}

const std::string& PartitionLog::topic() const { return state_->topic; }
std::int32_t PartitionLog::partition() const { return state_->partition; }
const sdk::Uuid& PartitionLog::topic_id() const { return state_->topic_id; }

void PartitionLog::set_observer(LogObserver* observer) { state_->observer.store(observer, std::memory_order_release); }

Status PartitionLog::become_leader(const LeaderRole& role) {
  PublishingLock lock(*this);
  State& state = *state_;
  if (!state.usable()) return state.why_unusable();
  if (role.epoch < state.at.leader_epoch || role.epoch < state.epochs.latest())
    return Status::error(Code::kFenced, fmt::format("{}-{} can not be led in epoch {}: it has been in epoch {}", state.topic,
                                                    state.partition, role.epoch, std::max(state.at.leader_epoch, state.epochs.latest())));
  const bool fresh = !state.at.is_leader || role.epoch != state.at.leader_epoch;
  if (fresh) {
    // Also without an append: a follower may ask where this epoch begins, and so may the next leader after a crash. Of a log without
    // records nothing is lost with the file, and the batches to come say the same: a topic of a thousand partitions does not wait for the
    // device.
    const bool has_records = state.at.log_start != state.at.log_end;
    LeaderEpochs before = state.epochs;
    const bool is_new = state.epochs.assign(role.epoch, state.at.log_end);
    if (is_new || state.epochs_unsaved) {  // unsaved: it found no room the last time
      if (Status written = state.write_epochs(has_records); !written) {
        state.epochs = std::move(before);  // what is appended until the next try is not of this epoch
        return written;
      }
    }
    state.epoch_start = state.at.log_end;
    state.at.leader_epoch = role.epoch;
    state.at.is_leader = true;
    state.verifications.clear();
    state.changes |= kRoleChanged;
  }
  state.replicas.assign(role, fresh);
  state.changes |= kReplicasChanged;
  state.advance();
  return {};
}

Status PartitionLog::become_follower(std::int32_t epoch) {
  PublishingLock lock(*this);
  State& state = *state_;
  if (!state.usable()) return state.why_unusable();
  if (epoch < state.at.leader_epoch)
    return Status::error(Code::kFenced, fmt::format("{}-{} can not follow in epoch {}: it is in epoch {}", state.topic, state.partition,
                                                    epoch, state.at.leader_epoch));
  state.at.leader_epoch = epoch;
  state.at.is_leader = false;
  state.epoch_start = -1;
  state.replicas.clear();
  state.verifications.clear();
  state.changes |= kRoleChanged;
  return {};
}

ErrorCode PartitionLog::set_in_sync(std::int32_t leader_epoch, std::span<const std::int32_t> in_sync, std::int32_t min_in_sync) {
  PublishingLock lock(*this);
  State& state = *state_;
  if (const ErrorCode error = state.check({}); error != ErrorCode::kNone) return error;
  if (leader_epoch != state.at.leader_epoch) return ErrorCode::kNotLeaderOrFollower;
  if (state.replicas.set_in_sync(in_sync, min_in_sync)) state.changes |= kReplicasChanged;
  state.advance();
  return ErrorCode::kNone;
}

ErrorCode PartitionLog::note_fetch(std::int32_t leader_epoch, const FollowerFetch& fetch) {
  PublishingLock lock(*this);
  State& state = *state_;
  if (const ErrorCode error = state.check({}); error != ErrorCode::kNone) return error;
  if (leader_epoch != state.at.leader_epoch) return ErrorCode::kNotLeaderOrFollower;
  if (!state.replicas.note(fetch, state.at.log_end)) return ErrorCode::kUnknownTopicOrPartition;
  state.advance();
  return ErrorCode::kNone;
}

std::vector<FollowerPosition> PartitionLog::followers() const {
  std::lock_guard lock(state_->mutex);
  return state_->replicas.followers();
}

std::int64_t PartitionLog::leader_epoch_start() const {
  std::lock_guard lock(state_->mutex);
  return state_->at.is_leader ? state_->epoch_start : -1;
}

std::int64_t PartitionLog::low_watermark() const {
  std::lock_guard lock(state_->mutex);
  return state_->replicas.low_watermark(state_->at.log_start);
}

LogPositions PartitionLog::positions() const {
  std::lock_guard lock(state_->mutex);
  return state_->at;
}

RetentionRules PartitionLog::retention() const {
  std::lock_guard lock(state_->mutex);
  return state_->settings.retention;
}

bool PartitionLog::storage_state(sdk::PartitionState& state) const {
  std::lock_guard lock(state_->mutex);
  if (state_->storage == nullptr) return false;
  state = state_->storage->state();
  return true;
}

Status PartitionLog::segments(sdk::Visitor<sdk::SegmentInfo>& visitor) const {
  std::lock_guard lock(state_->mutex);
  if (!state_->usable()) return state_->why_unusable();
  return state_->storage->segments(visitor);
}

}  // namespace barnabas::log
