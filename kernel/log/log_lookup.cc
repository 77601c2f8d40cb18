// PartitionLog: ListOffsets.
#include "kernel/log/log_state.h"
#include "kernel/log/time_lookup.h"

#include <algorithm>

namespace barnabas::log {

namespace {

constexpr std::size_t kChunkBytes = 256 << 10;

// Whole batches from `offset` on into `buffer`, which grows when the first one is larger. Returns them, empty at the end of the log.
Result<sdk::Bytes> copy_batches(sdk::PartitionStorage& storage, std::int64_t offset, std::vector<std::uint8_t>& buffer) {
  if (buffer.empty()) buffer.resize(kChunkBytes);
  std::size_t count = 0;
  Status status = storage.copy(offset, {buffer.data(), buffer.size()}, count);
  if (status.code() == Code::kExhausted && count > buffer.size()) {
    buffer.resize(count);
    status = storage.copy(offset, {buffer.data(), buffer.size()}, count);
  }
  if (!status) return status;
  return sdk::Bytes(buffer.data(), count);
}

}  // namespace

OffsetLookup PartitionLog::lookup(std::int64_t timestamp_ms, Isolation isolation, const LeaderCheck& check, const record::Codecs& codecs) {
  OffsetLookup found;
  bool waits_for_high_watermark = false;
  {
    std::lock_guard lock(state_->mutex);
    found.error = state_->check(check);
    waits_for_high_watermark = isolation != Isolation::kLogEnd && state_->at.is_leader && state_->epoch_start > state_->at.high_watermark;
  }
  if (found.error != ErrorCode::kNone) return found;
  if (timestamp_ms == kMaxTimestamp)
    found = lookup_largest(isolation, codecs);
  else if (timestamp_ms >= 0)
    found = lookup_time(timestamp_ms, isolation, codecs);
  else
    found = lookup_special(timestamp_ms, isolation);
  // A new leader does not know yet how far its predecessor let readers see: an answer now could be smaller than one given before.
  const bool bounded = timestamp_ms == kLatestTimestamp || timestamp_ms == kMaxTimestamp || (timestamp_ms >= 0 && found.offset < 0);
  if (waits_for_high_watermark && bounded && found.error == ErrorCode::kNone) found = {.error = ErrorCode::kOffsetNotAvailable};
  return found;
}

OffsetLookup PartitionLog::lookup_special(std::int64_t timestamp_ms, Isolation isolation) {
  std::lock_guard lock(state_->mutex);
  const State& state = *state_;
  OffsetLookup found;
  switch (timestamp_ms) {
    case kLatestTimestamp:
      found.offset = state.bound(isolation);
      found.leader_epoch = state.at.leader_epoch;
      break;
    case kEarliestTimestamp:
    case kEarliestLocalTimestamp:
      found.offset = state.at.log_start;
      found.leader_epoch = state.epochs.epoch_of(state.at.log_start).value_or(-1);
      break;
    case kLatestTieredTimestamp:
    case kEarliestPendingUploadTimestamp:
      break;
    default:
      found.error = ErrorCode::kUnsupportedVersion;
  }
  return found;
}

OffsetLookup PartitionLog::lookup_time(std::int64_t timestamp_ms, Isolation isolation, const record::Codecs& codecs) {
  OffsetLookup found;
  std::vector<std::uint8_t> buffer;
  std::int64_t next = -1;
  const auto failed = [&](Status status) -> OffsetLookup&& {
    found.error = state_->note_failure(status);
    found.status = std::move(status);
    return std::move(found);
  };
  // The batch the storage names may lie below log_start in its later records only, so the next ones are looked through, too.
  for (;;) {
    sdk::Bytes batches;
    std::int64_t from = 0;
    {
      PublishingLock lock(*this);
      State& state = *state_;
      if (!state.usable()) return found.error = state.unusable_error(), std::move(found);
      if (next < 0) {
        sdk::BatchInfo first;
        Status status = state.storage->find_by_time(timestamp_ms, first);
        if (status.code() == Code::kNotFound) return found;
        if (!status) return failed(std::move(status));
        next = first.base_offset;
      }
      from = state.at.log_start;
      next = std::max(next, from);
      if (next >= state.bound(isolation)) return found;
      Result<sdk::Bytes> copied = copy_batches(*state.storage, next, buffer);
      if (!copied) return failed(std::move(copied).status());
      batches = *copied;
    }
    if (batches.empty()) return found;
    const auto record = first_record_since(batches, timestamp_ms, from, codecs, next);
    PublishingLock lock(*this);
    if (!record) return failed(record.status().copy());
    if (!*record) continue;
    if ((*record)->offset >= state_->bound(isolation)) return found;
    found.timestamp_ms = (*record)->timestamp_ms;
    found.offset = (*record)->offset;
    found.leader_epoch = (*record)->leader_epoch;
    return found;
  }
}

OffsetLookup PartitionLog::lookup_largest(Isolation isolation, const record::Codecs& codecs) {
  OffsetLookup found;
  std::vector<std::uint8_t> buffer;
  sdk::Bytes batches;
  const auto failed = [&](Status status) -> OffsetLookup&& {
    found.error = state_->note_failure(status);
    found.status = std::move(status);
    return std::move(found);
  };
  {
    PublishingLock lock(*this);
    State& state = *state_;
    if (!state.usable()) return found.error = state.unusable_error(), std::move(found);
    sdk::BatchInfo latest;
    Status status = state.storage->find_latest_time(latest);
    if (status.code() == Code::kNotFound) return found;
    if (!status) return failed(std::move(status));
    if (latest.last_offset < state.at.log_start) return found;
    Result<sdk::Bytes> copied = copy_batches(*state.storage, std::max(latest.base_offset, state.at.log_start), buffer);
    if (!copied) return failed(std::move(copied).status());
    batches = *copied;
  }
  const auto record = latest_record(batches, codecs);
  PublishingLock lock(*this);
  if (!record) return failed(record.status().copy());
  if (!*record || (*record)->offset >= state_->bound(isolation) || (*record)->offset < state_->at.log_start) return found;
  found.timestamp_ms = (*record)->timestamp_ms;
  found.offset = (*record)->offset;
  found.leader_epoch = (*record)->leader_epoch;
  return found;
}

}  // namespace barnabas::log
