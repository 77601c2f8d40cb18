// Batches in a range of octets, of every format Kafka ever wrote: v2 batches, and v0 or v1 entries, each of which counts as one batch.
//
//   BatchReader batches(octets);
//   for (BatchView batch; batches.next(batch);) …
//   if (!batches.status()) …
//
// Views into the caller's octets; nothing is copied or allocated. [any thread]
#pragma once

#include <barnabas/sdk/storage.h>

#include "kernel/base/result.h"
#include "kernel/record/batch_header.h"

#include <optional>

namespace barnabas::record {

// One whole batch. What a format does not have reads as "none" (-1, false).
class BatchView {
 public:
  BatchView() = default;
  // REQUIRES: exactly one batch, with the sizes that BatchReader checks.
  explicit BatchView(sdk::Bytes octets) : octets_(octets) {}

  sdk::Bytes octets() const { return octets_; }
  std::size_t size() const { return octets_.size; }
  std::int8_t magic() const { return load<std::int8_t>(octets_.data + kMagicAt); }
  // REQUIRES: magic() == 2
  BatchHeader header() const { return BatchHeader(octets_.data); }
  // REQUIRES: magic() == 2. The records as they are stored, compressed or not.
  sdk::Bytes records() const { return octets_.slice(kHeaderBytes); }

  // Of a v0 or v1 wrapper the first inner offset stands inside the compressed part: base_offset() is the last one there, as in the entry.
  std::int64_t base_offset() const { return load<std::int64_t>(octets_.data + kBaseOffsetAt); }
  std::int64_t last_offset() const { return magic() == 2 ? header().last_offset() : base_offset(); }
  std::int64_t next_offset() const { return wrapping_add(last_offset(), 1); }
  std::int32_t leader_epoch() const { return magic() == 2 ? header().leader_epoch() : kNoLeaderEpoch; }
  std::int64_t max_timestamp_ms() const;
  TimestampType timestamp_type() const;
  std::int8_t codec() const { return static_cast<std::int8_t>(attributes() & kCodecMask); }
  std::int64_t producer_id() const { return magic() == 2 ? header().producer_id() : kNoProducerId; }
  std::int16_t producer_epoch() const { return magic() == 2 ? header().producer_epoch() : kNoProducerEpoch; }
  std::int32_t base_sequence() const { return magic() == 2 ? header().base_sequence() : kNoSequence; }
  std::int32_t last_sequence() const { return magic() == 2 ? header().last_sequence() : kNoSequence; }
  bool transactional() const { return magic() == 2 && header().transactional(); }
  bool control() const { return magic() == 2 && header().control(); }
  // Nothing for a v0 or v1 wrapper: it does not say.
  std::optional<std::int32_t> count() const;
  std::optional<std::int64_t> delete_horizon_ms() const;

  std::uint32_t stored_crc() const { return load<std::uint32_t>(octets_.data + (magic() == 2 ? kCrcAt : kEntryHeaderBytes)); }
  std::uint32_t computed_crc() const;
  bool crc_valid() const { return stored_crc() == computed_crc(); }

  sdk::BatchInfo info() const;

 private:
  std::int16_t attributes() const;

  sdk::Bytes octets_;
};

class BatchReader {
 public:
  explicit BatchReader(sdk::Bytes octets) : octets_(octets) {}

  // False: the octets end here, or a batch does not fit into them (cut()), or what stands here is no batch (status()).
  // Sizes and magic are checked, the checksum is not.
  bool next(BatchView& batch);
  const Status& status() const { return status_; }
  // The octets end in the middle of a batch, as a fetched range may.
  bool cut() const { return cut_; }
  // Where the batch after the last good one begins.
  std::size_t position() const { return position_; }

 private:
  sdk::Bytes octets_;
  std::size_t position_ = 0;
  bool cut_ = false;
  Status status_;
};

// The size of the batch whose first octets these are, for who reads a file piece by piece: nothing when kHeaderBytesUpToMagic octets are
// not there yet.
Result<std::optional<std::size_t>> batch_size(sdk::Bytes beginning);

// Whole batches at the start of `octets`: how many octets they are. Stops at the first that is cut or broken.
std::size_t whole_batches_size(sdk::Bytes octets);

}  // namespace barnabas::record
