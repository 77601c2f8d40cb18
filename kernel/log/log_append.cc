// PartitionLog: appending, as leader and as follower.
#include "kernel/log/log_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::log {

namespace {

Status out_of_order(const record::BatchView& batch, std::int64_t expected) {
  return Status::invalid(fmt::format("a batch from the leader begins at offset {} and ends at {}; the log ends at {}", batch.base_offset(),
                                     batch.last_offset(), expected));
}

}  // namespace

void PartitionLog::State::apply(const record::BatchView& batch, ProducerEntry& entry) {
  const record::BatchHeader header = batch.header();
  if (!header.control()) {
    const bool was_open = entry.transaction_start() >= 0;
    entry.apply_data(header);
    if (!was_open && entry.transaction_start() >= 0)
      events.push_back({.producer_id = header.producer_id(), .first_offset = header.base_offset()});
    return;
  }
  const auto marker = marker_of(batch);
  if (!marker) return;  // of a type that is not ours to understand
  const std::int64_t first = entry.apply_marker(header, *marker);
  // A marker without data changes nothing for readers.
  if (first >= 0)
    events.push_back(
        {.producer_id = header.producer_id(), .first_offset = first, .last_offset = header.last_offset(), .aborted = !marker->commit});
}

void PartitionLog::State::apply(const record::BatchView& batch) {
  if (batch.producer_id() == record::kNoProducerId) return;
  apply(batch, producers.try_emplace(batch.producer_id(), batch.producer_id()).first->second);
}

ProducerEntry& PartitionLog::State::staged_entry(std::int64_t producer_id) {
  for (ProducerEntry& entry : staged)
    if (entry.producer_id() == producer_id) return entry;
  const auto known = producers.find(producer_id);
  return staged.emplace_back(known == producers.end() ? ProducerEntry(producer_id) : known->second);
}

// What the batch means for its producer, on a copy. Sets `repeat` and stops when it was appended before.
ErrorCode PartitionLog::State::stage(const record::BatchView& batch, const LeaderAppend& append) {
  const record::BatchHeader header = batch.header();
  const std::int64_t producer_id = header.producer_id();
  if (producer_id == record::kNoProducerId) return ErrorCode::kNone;
  if (append.origin == Origin::kClient) {
    const auto known = producers.find(producer_id);
    if (known != producers.end()) {
      repeat = known->second.find_repeat(header.producer_epoch(), header.base_sequence(), header.last_sequence());
      if (repeat != nullptr) return ErrorCode::kNone;
    }
  }
  ProducerEntry& entry = staged_entry(producer_id);
  if (const auto marker = marker_of(batch)) {
    if (const ErrorCode error = entry.check_marker(header.producer_epoch(), *marker); error != ErrorCode::kNone) return error;
  } else {
    if (header.transactional() && settings.verify_transactions && append.origin == Origin::kClient && entry.transaction_start() < 0 &&
        !verifications.holds(producer_id, append.verification))
      return ErrorCode::kInvalidTxnState;
    const ErrorCode error = entry.check_data(header, append.origin, verifications.lowest_sequence(producer_id));
    if (error != ErrorCode::kNone) return error;
  }
  apply(batch, entry);
  return ErrorCode::kNone;
}

// `infos` describe the octets.
ErrorCode PartitionLog::State::store(sdk::Bytes octets, Status& status) {
  sdk::AppendOutcome outcome;
  status = storage->append({&octets, 1, infos.data(), infos.size()}, outcome);
  if (outcome.rolled_at >= 0) {  // also where there was no room for the batches then
    // Only saves work at the next opening: without it the log is as good.
    static_cast<void>(take_snapshot(outcome.rolled_at, false));
    rolled = true;
  }
  if (!status) return note_failure(status);
  at.log_end = infos.back().last_offset + 1;
  return ErrorCode::kNone;
}

// `replay`: what is in the index of aborted transactions already is not added again.
Status PartitionLog::State::keep_transactions(bool replay) {
  struct Finder final : sdk::Visitor<sdk::AbortedTransaction> {
    explicit Finder(std::int64_t marker) : marker_offset(marker) {}
    bool visit(const sdk::AbortedTransaction& transaction) noexcept override {
      found = transaction.last_offset == marker_offset;
      return !found;
    }
    const std::int64_t marker_offset;
    bool found = false;
  };
  for (const TransactionEvent& event : events) {
    if (event.last_offset < 0) {
      transactions.begin(event.producer_id, event.first_offset);
      continue;
    }
    const std::int64_t last_stable = transactions.complete(event.first_offset, event.last_offset);
    if (!event.aborted || event.last_offset < at.log_start) continue;
    if (replay) {
      Finder finder(event.last_offset);
      BARNABAS_TRY(passed(storage->aborted(event.last_offset, event.last_offset + 1, finder)));
      if (finder.found) continue;
    }
    BARNABAS_TRY(passed(storage->add_aborted({event.producer_id, event.first_offset, event.last_offset, last_stable})));
  }
  events.clear();
  return {};
}

AppendOutcome PartitionLog::append_as_leader(const LeaderAppend& append) {
  PublishingLock lock(*this);
  State& state = *state_;
  AppendOutcome outcome;
  const auto refused = [&](ErrorCode error) -> AppendOutcome&& {
    outcome.error = error;
    return std::move(outcome);
  };
  if (const ErrorCode error = state.check({}); error != ErrorCode::kNone) return refused(error);
  if (append.leader_epoch >= 0 && append.leader_epoch != state.at.leader_epoch) return refused(ErrorCode::kNotLeaderOrFollower);
  outcome.leader_epoch = state.at.leader_epoch;
  outcome.log_start = state.at.log_start;
  if (append.require_min_in_sync && !state.replicas.enough_in_sync()) return refused(ErrorCode::kNotEnoughReplicas);
  if (append.batches.size > static_cast<std::size_t>(state.settings.storage.segment_bytes)) return refused(ErrorCode::kRecordListTooLarge);

  state.infos.clear();
  state.staged.clear();
  state.events.clear();
  state.repeat = nullptr;
  bool transactional = false;
  std::int64_t next = state.at.log_end;
  record::BatchReader batches(append.batches);
  for (record::BatchView batch; batches.next(batch);) {
    if (batch.magic() != 2) return refused(ErrorCode::kUnsupportedForMessageFormat);
    record::MutableBatchHeader header(append.batches.data + (batch.octets().data - append.batches.data));
    if (header.last_offset_delta() < 0) return refused(ErrorCode::kCorruptMessage);
    header.set_base_offset(next);
    header.set_leader_epoch(state.at.leader_epoch);
    next = header.last_offset() + 1;
    if (const ErrorCode error = state.stage(batch, append); error != ErrorCode::kNone) return refused(error);
    if (const BatchNote* repeat = state.repeat) {
      outcome.base_offset = repeat->first_offset();
      outcome.last_offset = repeat->last_offset;
      outcome.log_append_time_ms = repeat->timestamp_ms;
      outcome.duplicate = true;
      return outcome;
    }
    transactional |= header.transactional();
    state.infos.push_back(batch.info());
  }
  if (state.infos.empty() || batches.position() != append.batches.size) return refused(ErrorCode::kCorruptMessage);

  if (const ErrorCode error = state.store(append.batches, outcome.status); error != ErrorCode::kNone) return refused(error);
  for (const ProducerEntry& entry : state.staged) {
    state.producers.insert_or_assign(entry.producer_id(), entry);
    if (transactional) state.verifications.end(entry.producer_id());
  }
  outcome.status = state.keep_transactions(false);
  if (!outcome.status) return refused(ErrorCode::kKafkaStorageError);
  state.advance();
  outcome.base_offset = state.infos.front().base_offset;
  outcome.last_offset = state.at.log_end - 1;
  outcome.log_append_time_ms = append.log_append_time_ms;
  return outcome;
}

AppendOutcome PartitionLog::append_as_follower(const FollowerAppend& append) {
  AppendOutcome outcome;
  const auto refused = [&](ErrorCode error) -> AppendOutcome&& {
    outcome.error = error;
    return std::move(outcome);
  };
  // Octets that came over the network: their checksums, before anybody waits for the mutex.
  record::BatchReader received(append.batches);
  for (record::BatchView batch; received.next(batch);)
    if (!batch.crc_valid()) return refused(ErrorCode::kCorruptMessage);
  if (!received.status()) return refused(ErrorCode::kCorruptMessage);
  const sdk::Bytes whole = append.batches.slice(0, received.position());

  PublishingLock lock(*this);
  State& state = *state_;
  if (!state.usable()) return refused(state.unusable_error());
  if (state.at.is_leader || append.leader_epoch != state.at.leader_epoch) return refused(ErrorCode::kNotLeaderOrFollower);
  outcome.leader_epoch = state.at.leader_epoch;
  outcome.log_start = state.at.log_start;
  if (!whole.empty()) {
    state.infos.clear();
    state.events.clear();
    bool new_epoch = false;
    std::int64_t next = state.at.log_end;
    record::BatchReader batches(whole);
    for (record::BatchView batch; batches.next(batch);) {
      if (batch.base_offset() < next || batch.last_offset() < batch.base_offset()) {
        outcome.status = out_of_order(batch, next);
        return refused(ErrorCode::kUnknownServerError);
      }
      next = batch.last_offset() + 1;
      state.infos.push_back(batch.info());
      new_epoch |= batch.leader_epoch() > state.epochs.latest();
    }
    // After a cut that found no room for it the file may know of epochs that these batches are not of.
    if (state.epochs_unsaved) outcome.status = state.write_epochs();
    if (!outcome.status) return refused(ErrorCode::kKafkaStorageError);
    if (const ErrorCode error = state.store(whole, outcome.status); error != ErrorCode::kNone) return refused(error);
    record::BatchReader stored(whole);
    for (record::BatchView batch; stored.next(batch);) {
      if (batch.leader_epoch() > state.epochs.latest()) state.epochs.assign(batch.leader_epoch(), batch.base_offset());
      state.apply(batch);
    }
    outcome.base_offset = state.infos.front().base_offset;
    outcome.last_offset = state.infos.back().last_offset;
    outcome.status = state.keep_transactions(false);
    if (outcome.status && new_epoch) outcome.status = state.write_epochs();
    if (!outcome.status) return refused(ErrorCode::kKafkaStorageError);
  }
  state.at.high_watermark = std::max(state.at.high_watermark, std::min(append.leader_high_watermark, state.at.log_end));
  // The leader's start is below its high watermark; it may be above ours, then it waits for the next answer.
  if (append.leader_log_start > state.at.log_start && append.leader_log_start <= state.at.high_watermark) {
    outcome.status = state.raise_start(append.leader_log_start);
    if (!outcome.status) return refused(ErrorCode::kKafkaStorageError);
    outcome.log_start = state.at.log_start;
  }
  state.advance();
  return outcome;
}

std::uint64_t PartitionLog::begin_verification(std::int64_t producer_id, std::int16_t producer_epoch, std::int32_t base_sequence) {
  std::lock_guard lock(state_->mutex);
  const auto known = state_->producers.find(producer_id);
  if (known != state_->producers.end() && known->second.transaction_start() >= 0 && known->second.epoch() == producer_epoch) return 0;
  return state_->verifications.begin(producer_id, producer_epoch, base_sequence);
}

}  // namespace barnabas::log
