// Builds v2 batches, one after the other, in buffers that are kept: after a few batches it allocates nothing.
//
//   BatchBuilder builder;
//   builder.start({.leader_epoch = 7});
//   builder.append({.timestamp_ms = now, .key = key, .value = value});
//   auto batch = builder.finish();
//
// One thread at a time.
#pragma once

#include "kernel/base/result.h"
#include "kernel/record/codecs.h"
#include "kernel/record/record_view.h"

#include <span>
#include <vector>

namespace barnabas::record {

// What the header of a batch says beyond its records.
struct BatchSettings {
  std::int64_t base_offset = 0;
  std::int32_t leader_epoch = kNoLeaderEpoch;
  std::int64_t producer_id = kNoProducerId;
  std::int16_t producer_epoch = kNoProducerEpoch;
  std::int32_t base_sequence = kNoSequence;
  bool transactional = false;
  bool control = false;
  std::optional<std::int64_t> log_append_time_ms = std::nullopt;  // set: the timestamp type is log append time, and this the time
  std::optional<std::int64_t> delete_horizon_ms = std::nullopt;   // set: stands where the base timestamp does, and deltas count from it
  sdk::Codec* codec = nullptr;                                    // null: uncompressed
  std::int32_t level = sdk::kDefaultLevel;
};

struct NewRecord {
  std::int64_t timestamp_ms = kNoTimestamp;
  std::optional<sdk::Bytes> key = std::nullopt;
  std::optional<sdk::Bytes> value = std::nullopt;
  std::span<const Header> headers = {};
};

class BatchBuilder {
 public:
  void start(const BatchSettings& settings);

  // The offset after the last one.
  void append(const NewRecord& record);
  // At an offset of its own, as compaction keeps them. REQUIRES: ascending, at least base_offset, less than 2^31 above it.
  void append_at(std::int64_t offset, const NewRecord& record);
  // A record read elsewhere, at its own offset: headers are taken over as they are.
  void copy(const RecordView& record) { copy_at(record.offset, record); }
  void copy_at(std::int64_t offset, const RecordView& record);

  std::int32_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  // Octets of the batch if it were finished now and not compressed.
  std::size_t size() const { return plain_.size(); }
  // Octets that `record` would add.
  std::size_t size_of(const NewRecord& record) const;

  // The whole batch, valid until the next start(). `last_offset`: more than the last record's, when the records after it are gone.
  // A batch without records has base timestamp -1. Errors are the codec's; kExhausted also where the batch has more than `max_bytes`, which
  // is found while it is compressed.
  Result<sdk::MutableBytes> finish(std::optional<std::int64_t> last_offset = std::nullopt, std::size_t max_bytes = SIZE_MAX);

 private:
  std::uint8_t* begin_record(std::int64_t offset, std::int64_t timestamp_ms, const std::optional<sdk::Bytes>& key,
                             const std::optional<sdk::Bytes>& value, std::int32_t header_count, std::size_t header_bytes);
  void write_header(std::vector<std::uint8_t>& batch, std::int64_t last_offset);

  BatchSettings settings_;
  std::vector<std::uint8_t> plain_;
  std::vector<std::uint8_t> packed_;
  std::int32_t count_ = 0;
  std::int64_t next_offset_ = 0;
  std::int64_t base_timestamp_ms_ = kNoTimestamp;
  std::int64_t max_timestamp_ms_ = kNoTimestamp;
};

// How many octets `record` takes in a batch with these deltas, its length field included.
std::size_t stored_size(const NewRecord& record, std::int64_t timestamp_delta, std::int32_t offset_delta);

}  // namespace barnabas::record
