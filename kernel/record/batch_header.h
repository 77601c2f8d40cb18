// The 61-octet header of a record batch v2, read and changed where it lies. Plain views: [any thread], one writer at a time.
//
// Base offset and leader epoch are outside the checksum, so a leader sets them without touching the rest.
#pragma once

#include <barnabas/sdk/bytes.h>

#include "kernel/record/octets.h"

#include <cstdint>

namespace barnabas::record {

// Where each field begins. The first two and magic stand at the same place in v0 and v1 entries.
inline constexpr std::size_t kBaseOffsetAt = 0;
inline constexpr std::size_t kLengthAt = 8;  // counts the octets after itself
inline constexpr std::size_t kLeaderEpochAt = 12;
inline constexpr std::size_t kMagicAt = 16;
inline constexpr std::size_t kCrcAt = 17;
inline constexpr std::size_t kAttributesAt = 21;  // the checksum covers everything from here on
inline constexpr std::size_t kLastOffsetDeltaAt = 23;
inline constexpr std::size_t kBaseTimestampAt = 27;
inline constexpr std::size_t kMaxTimestampAt = 35;
inline constexpr std::size_t kProducerIdAt = 43;
inline constexpr std::size_t kProducerEpochAt = 51;
inline constexpr std::size_t kBaseSequenceAt = 53;
inline constexpr std::size_t kRecordCountAt = 57;
inline constexpr std::size_t kHeaderBytes = 61;

inline constexpr std::size_t kEntryHeaderBytes = 12;      // base offset and length, of every format
inline constexpr std::size_t kHeaderBytesUpToMagic = 17;  // enough to know what follows

inline constexpr std::int16_t kCodecMask = 0x07;
inline constexpr std::int16_t kLogAppendTimeBit = 0x08;
inline constexpr std::int16_t kTransactionalBit = 0x10;
inline constexpr std::int16_t kControlBit = 0x20;
inline constexpr std::int16_t kDeleteHorizonBit = 0x40;

inline constexpr std::int8_t kCodecNone = 0;
inline constexpr std::int8_t kCodecGzip = 1;
inline constexpr std::int8_t kCodecSnappy = 2;
inline constexpr std::int8_t kCodecLz4 = 3;
inline constexpr std::int8_t kCodecZstd = 4;

inline constexpr std::int64_t kNoTimestamp = -1;
inline constexpr std::int64_t kNoProducerId = -1;
inline constexpr std::int16_t kNoProducerEpoch = -1;
inline constexpr std::int32_t kNoSequence = -1;
inline constexpr std::int32_t kNoLeaderEpoch = -1;

enum class TimestampType : std::int8_t { kNone = -1, kCreateTime = 0, kLogAppendTime = 1 };

// Sequence numbers wrap: after 2147483647 comes 0.
constexpr std::int32_t add_sequence(std::int32_t sequence, std::int32_t increment) {
  const std::int64_t sum = std::int64_t{sequence} + increment;
  return static_cast<std::int32_t>(sum > INT32_MAX ? sum - INT32_MAX - 1 : sum);
}
constexpr std::int32_t subtract_sequence(std::int32_t sequence, std::int32_t decrement) {
  const std::int64_t difference = std::int64_t{sequence} - decrement;
  return static_cast<std::int32_t>(difference < 0 ? difference + INT32_MAX + 1 : difference);
}

class BatchHeader {
 public:
  // REQUIRES: kHeaderBytes octets of a v2 batch at `at`, which outlive this view.
  explicit BatchHeader(const std::uint8_t* at) : at_(at) {}

  std::int64_t base_offset() const { return load<std::int64_t>(at_ + kBaseOffsetAt); }
  std::int32_t length() const { return load<std::int32_t>(at_ + kLengthAt); }
  std::size_t size() const { return kEntryHeaderBytes + static_cast<std::size_t>(length()); }  // of the whole batch
  std::int32_t leader_epoch() const { return load<std::int32_t>(at_ + kLeaderEpochAt); }
  std::int8_t magic() const { return load<std::int8_t>(at_ + kMagicAt); }
  std::uint32_t crc() const { return load<std::uint32_t>(at_ + kCrcAt); }
  std::int16_t attributes() const { return load<std::int16_t>(at_ + kAttributesAt); }
  std::int32_t last_offset_delta() const { return load<std::int32_t>(at_ + kLastOffsetDeltaAt); }
  std::int64_t base_timestamp_ms() const { return load<std::int64_t>(at_ + kBaseTimestampAt); }
  std::int64_t max_timestamp_ms() const { return load<std::int64_t>(at_ + kMaxTimestampAt); }
  std::int64_t producer_id() const { return load<std::int64_t>(at_ + kProducerIdAt); }
  std::int16_t producer_epoch() const { return load<std::int16_t>(at_ + kProducerEpochAt); }
  std::int32_t base_sequence() const { return load<std::int32_t>(at_ + kBaseSequenceAt); }
  std::int32_t record_count() const { return load<std::int32_t>(at_ + kRecordCountAt); }

  std::int64_t last_offset() const { return wrapping_add(base_offset(), last_offset_delta()); }
  std::int32_t last_sequence() const {
    return base_sequence() == kNoSequence ? kNoSequence : add_sequence(base_sequence(), last_offset_delta());
  }
  std::int8_t codec() const { return static_cast<std::int8_t>(attributes() & kCodecMask); }
  TimestampType timestamp_type() const {
    return (attributes() & kLogAppendTimeBit) != 0 ? TimestampType::kLogAppendTime : TimestampType::kCreateTime;
  }
  bool transactional() const { return (attributes() & kTransactionalBit) != 0; }
  bool control() const { return (attributes() & kControlBit) != 0; }
  bool has_producer_id() const { return producer_id() > kNoProducerId; }
  bool has_delete_horizon() const { return (attributes() & kDeleteHorizonBit) != 0; }

  const std::uint8_t* data() const { return at_; }

 protected:
  const std::uint8_t* at_;
};

// REQUIRES of every function: a whole batch, whose length is already checked.
class MutableBatchHeader : public BatchHeader {
 public:
  explicit MutableBatchHeader(std::uint8_t* at) : BatchHeader(at), to_(at) {}

  void set_base_offset(std::int64_t offset) { store(to_ + kBaseOffsetAt, offset); }
  void set_leader_epoch(std::int32_t epoch) { store(to_ + kLeaderEpochAt, epoch); }

  // Rewrites timestamp type, max timestamp and checksum; nothing at all when they are already so.
  void set_max_timestamp(TimestampType type, std::int64_t timestamp_ms);
  // Takes the checksum of the octets as they are now.
  void seal();

 private:
  std::uint8_t* to_;
};

}  // namespace barnabas::record
