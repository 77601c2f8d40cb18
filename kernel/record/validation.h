// What a batch is held to when it is validated, and what comes of it.
#pragma once

#include "kernel/record/batch_header.h"

#include <barnabas/sdk/bytes.h>
#include <barnabas/sdk/codec.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::record {

// Kafka's error codes, as far as validation gives them.
enum class Verdict : std::int16_t {
  kUnknownServerError = -1,  // a codec plugin failed in itself
  kNone = 0,
  kCorruptMessage = 2,
  kMessageTooLarge = 10,
  kInvalidTimestamp = 32,
  kUnsupportedCompressionType = 76,
  kInvalidRecord = 87,
};

struct ValidationRules {
  std::string_view topic_partition;  // "orders-3", for the sentences
  std::int64_t now_ms = 0;
  std::int32_t max_message_bytes = 1048588;  // not negative, as the config's range has it
  std::int16_t produce_version = 13;
  bool compacted = false;  // cleanup.policy has compact: every record needs a key
  TimestampType timestamp_type = TimestampType::kCreateTime;
  std::int64_t timestamp_before_max_ms = INT64_MAX;
  std::int64_t timestamp_after_max_ms = 3600000;
  std::optional<std::int8_t> codec = std::nullopt;  // compression.type as codec bits; nothing for "producer"
  std::int32_t level = sdk::kDefaultLevel;
  std::uint64_t max_inflated_bytes = 0;  // of a compressed batch; 0: 24 times max_message_bytes, and not less than 24 MiB
};

struct RecordError {
  std::int32_t batch_index = 0;  // which record of the batch
  std::string message;
};

struct Outcome {
  static constexpr std::size_t kMaxRecordErrors = 1000;

  Verdict verdict = Verdict::kNone;
  std::string message;                     // one sentence when refused
  std::vector<RecordError> record_errors;  // the first of them, when it is single records that are refused
  std::uint64_t inflated_bytes = 0;        // what it took to look at a compressed batch, accepted or not
  // Of an accepted batch:
  sdk::Bytes batch;  // in the validated octets; after rebuild() in the validator, until its next rebuild()
  std::int32_t count = 0;
  TimestampType timestamp_type = TimestampType::kCreateTime;  // to be written into the header, as max_timestamp_ms
  std::int64_t max_timestamp_ms = kNoTimestamp;
  std::int32_t max_timestamp_offset_delta = 0;  // of the first record with it; 0 with log append time
  bool rebuild = false;                         // its offsets are not 0..n-1, or the topic wants another codec
};

// What a batch may inflate to. The factor is what real records rarely reach, and what the slowest codec does in 50 ms at the default size.
std::uint64_t inflated_limit(const ValidationRules& rules);

}  // namespace barnabas::record
