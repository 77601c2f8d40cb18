// What a partition remembers of each idempotent producer: its epoch, its last five batches, its open transaction.
//
// Pure: decides what a batch means and never touches the storage. A batch is first staged on a copy of its producer's entry
// (ProducerEntry::check_data and friends), and kept when the append succeeded. Plain data; the partition log's mutex guards it.
#pragma once

#include "kernel/log/log_types.h"
#include "kernel/record/batch_view.h"
#include "kernel/record/control.h"

#include <array>
#include <optional>
#include <unordered_map>

namespace barnabas::log {

// A batch that a retry may repeat.
struct BatchNote {
  std::int32_t last_sequence = -1;
  std::int64_t last_offset = -1;
  std::int32_t offset_delta = 0;
  std::int64_t timestamp_ms = -1;

  std::int32_t first_sequence() const { return record::subtract_sequence(last_sequence, offset_delta); }
  std::int64_t first_offset() const { return last_offset - offset_delta; }
  friend bool operator==(const BatchNote&, const BatchNote&) = default;
};

class ProducerEntry {
 public:
  static constexpr std::size_t kNotes = 5;

  explicit ProducerEntry(std::int64_t producer_id = -1) : producer_id_(producer_id) {}
  // As a snapshot has it: only the last batch.
  ProducerEntry(const ProducerInfo& info, const BatchNote& last);

  std::int64_t producer_id() const { return producer_id_; }
  std::int16_t epoch() const { return epoch_; }
  std::int32_t coordinator_epoch() const { return coordinator_epoch_; }
  std::int64_t transaction_start() const { return transaction_start_; }  // -1: none open
  std::int64_t last_timestamp_ms() const { return last_timestamp_ms_; }
  std::int32_t last_sequence() const { return count_ == 0 ? -1 : last().last_sequence; }
  bool has_batches() const { return count_ != 0; }
  // How long it has appended nothing, as far as was looked: the first look after an append begins it. Whatever the records say that they
  // are of: who sends old ones is not idle.
  std::int64_t idle_ms(std::int64_t mono_ms) {
    if (idle_since_ms_ < 0) idle_since_ms_ = mono_ms;
    return mono_ms - idle_since_ms_;
  }
  BatchNote last() const { return count_ == 0 ? BatchNote{} : notes_[(first_ + count_ - 1) % kNotes]; }
  ProducerInfo info() const;

  // The remembered batch with the same epoch and exactly the same sequences.
  const BatchNote* find_repeat(std::int16_t epoch, std::int32_t first_sequence, std::int32_t last_sequence) const;

  // Error 0: the batch may be appended. `lowest_unverified`: the lowest sequence seen while a verification is under way, else -1.
  ErrorCode check_data(const record::BatchHeader& batch, Origin origin, std::int32_t lowest_unverified) const;
  ErrorCode check_marker(std::int16_t epoch, const record::TransactionMarker& marker) const;

  // What the batch leaves behind, whether or not it would pass the checks: followers and replay take what is in the log.
  void apply_data(const record::BatchHeader& batch);
  // Returns the first offset of the transaction that ended, or -1.
  std::int64_t apply_marker(const record::BatchHeader& batch, const record::TransactionMarker& marker);

 private:
  void enter_epoch(std::int16_t epoch);

  std::int64_t producer_id_;
  std::int64_t transaction_start_ = -1;
  std::int64_t last_timestamp_ms_ = -1;
  std::int64_t idle_since_ms_ = -1;
  std::int32_t coordinator_epoch_ = -1;
  std::int16_t epoch_ = -1;
  std::uint8_t first_ = 0;  // the oldest note
  std::uint8_t count_ = 0;
  std::array<BatchNote, kNotes> notes_{};
};

using Producers = std::unordered_map<std::int64_t, ProducerEntry>;

// The marker that a control batch holds; nothing for other batches.
std::optional<record::TransactionMarker> marker_of(const record::BatchView& batch);

}  // namespace barnabas::log
