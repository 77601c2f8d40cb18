#include "kernel/log/producer_state.h"

#include "kernel/base/varint.h"
#include "kernel/record/record_view.h"

namespace barnabas::log {

ProducerEntry::ProducerEntry(const ProducerInfo& info, const BatchNote& last)
    : producer_id_(info.producer_id),
      transaction_start_(info.transaction_start),
      last_timestamp_ms_(info.last_timestamp_ms),
      coordinator_epoch_(info.coordinator_epoch),
      epoch_(info.producer_epoch) {
  if (last.last_offset < 0) return;
  notes_[0] = last;
  count_ = 1;
}

ProducerInfo ProducerEntry::info() const {
  return {.producer_id = producer_id_,
          .producer_epoch = epoch_,
          .last_sequence = last_sequence(),
          .last_timestamp_ms = last_timestamp_ms_,
          .coordinator_epoch = coordinator_epoch_,
          .transaction_start = transaction_start_};
}

const BatchNote* ProducerEntry::find_repeat(std::int16_t epoch, std::int32_t first_sequence, std::int32_t last_sequence) const {
  if (epoch != epoch_ || first_sequence < 0) return nullptr;
  for (std::size_t i = 0; i < count_; ++i) {
    const BatchNote& note = notes_[(first_ + i) % kNotes];
    if (note.last_sequence == last_sequence && note.first_sequence() == first_sequence) return &note;
  }
  return nullptr;
}

ErrorCode ProducerEntry::check_data(const record::BatchHeader& batch, Origin origin, std::int32_t lowest_unverified) const {
  const std::int16_t epoch = batch.producer_epoch();
  if (epoch < epoch_) return ErrorCode::kInvalidProducerEpoch;
  if (origin == Origin::kClient) {
    const std::int32_t sequence = batch.base_sequence();
    if (lowest_unverified >= 0 && sequence > lowest_unverified) return ErrorCode::kOutOfOrderSequenceNumber;
    // Without a stored epoch the producer's records were deleted, or it never wrote here: any sequence begins it anew.
    if (epoch_ >= 0) {
      const std::int32_t last = epoch == epoch_ ? last_sequence() : -1;
      if (sequence != (last < 0 ? 0 : record::add_sequence(last, 1))) return ErrorCode::kOutOfOrderSequenceNumber;
    }
  }
  if (transaction_start_ >= 0 && !batch.transactional()) return ErrorCode::kInvalidTxnState;
  return ErrorCode::kNone;
}

ErrorCode ProducerEntry::check_marker(std::int16_t epoch, const record::TransactionMarker& marker) const {
  if (epoch < epoch_) return ErrorCode::kInvalidProducerEpoch;
  if (marker.coordinator_epoch < coordinator_epoch_) return ErrorCode::kTransactionCoordinatorFenced;
  return ErrorCode::kNone;
}

void ProducerEntry::enter_epoch(std::int16_t epoch) {
  if (epoch == epoch_) return;
  epoch_ = epoch;
  first_ = 0;
  count_ = 0;
}

void ProducerEntry::apply_data(const record::BatchHeader& batch) {
  enter_epoch(batch.producer_epoch());
  if (count_ == kNotes) {
    first_ = static_cast<std::uint8_t>((first_ + 1) % kNotes);
    --count_;
  }
  notes_[(first_ + count_++) % kNotes] = {.last_sequence = batch.last_sequence(),
                                          .last_offset = batch.last_offset(),
                                          .offset_delta = batch.last_offset_delta(),
                                          .timestamp_ms = batch.max_timestamp_ms()};
  last_timestamp_ms_ = batch.max_timestamp_ms();
  idle_since_ms_ = -1;
  if (batch.transactional() && transaction_start_ < 0) transaction_start_ = batch.base_offset();
}

std::int64_t ProducerEntry::apply_marker(const record::BatchHeader& batch, const record::TransactionMarker& marker) {
  enter_epoch(batch.producer_epoch());
  coordinator_epoch_ = marker.coordinator_epoch;
  last_timestamp_ms_ = batch.max_timestamp_ms();
  idle_since_ms_ = -1;
  return std::exchange(transaction_start_, -1);
}

std::optional<record::TransactionMarker> marker_of(const record::BatchView& batch) {
  // Markers are never compressed; who compressed one wrote something else.
  if (!batch.control() || !batch.transactional() || batch.codec() != record::kCodecNone) return std::nullopt;
  const sdk::Bytes records = batch.records();
  std::int32_t size = 0;
  const std::uint8_t* body = base::read_varint(records.begin(), records.end(), size);
  if (body == nullptr || size < 0 || size > records.end() - body) return std::nullopt;
  record::StoredRecord stored;
  if (record::parse_record(sdk::Bytes(body, static_cast<std::size_t>(size)), stored) != nullptr) return std::nullopt;
  record::RecordView view;
  view.key = stored.key;
  view.value = stored.value;
  return record::parse_marker(view);
}

}  // namespace barnabas::log
