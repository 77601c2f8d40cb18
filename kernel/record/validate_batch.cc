#include "kernel/record/validate_batch.h"

#include <fmt/format.h>

#include "kernel/record/batch_view.h"

namespace barnabas::record {
namespace {

// Before length and checksum are judged, as Apache Kafka does it: an old client learns that its format is not taken, not that it is broken.
bool is_of_old_format(sdk::Bytes records) {
  constexpr std::int32_t kLeastLength = 14;
  if (records.size < kHeaderBytesUpToMagic || load<std::int32_t>(records.data + kLengthAt) < kLeastLength) return false;
  const auto magic = load<std::int8_t>(records.data + kMagicAt);
  return magic == 0 || magic == 1;
}

// One whole batch v2 with the right checksum.
bool check_octets(sdk::Bytes records, BatchReader& batches, BatchView& batch, const ValidationRules& rules, Outcome& outcome) {
  const auto refused = [&](Verdict verdict, std::string message) {
    refuse(outcome, verdict, std::move(message));
    return false;
  };
  if (is_of_old_format(records))
    return refused(Verdict::kInvalidRecord,
                   fmt::format("Produce requests with version {} are only allowed to contain record batches with magic version 2",
                               rules.produce_version));
  if (!batches.next(batch)) {
    if (!batches.status().ok())
      return refused(Verdict::kCorruptMessage,
                     fmt::format("Record is corrupt in topic partition {}: {}", rules.topic_partition, message_of(batches.status())));
    if (batches.cut())
      return refused(
          Verdict::kCorruptMessage,
          fmt::format("Record is corrupt in topic partition {}: the batch is longer than what was sent.", rules.topic_partition));
    return refused(
        Verdict::kInvalidRecord,
        fmt::format("Produce requests with version {} must have at least one record batch per partition", rules.produce_version));
  }
  if (!batch.crc_valid())
    return refused(Verdict::kCorruptMessage,
                   fmt::format("Record is corrupt (stored crc = {}) in topic partition {}.", batch.stored_crc(), rules.topic_partition));
  return true;
}

bool check_only_batch(BatchReader& batches, const ValidationRules& rules, Outcome& outcome) {
  BatchView second;
  if (!batches.next(second) && batches.status().ok() && !batches.cut()) return true;
  refuse(outcome, Verdict::kInvalidRecord,
         fmt::format("Produce requests with version {} are only allowed to contain exactly one record batch per partition",
                     rules.produce_version));
  return false;
}

bool check_codec(const BatchHeader& header, const ValidationRules& rules, Outcome& outcome) {
  const std::int8_t codec = header.codec();
  if (codec > kCodecZstd) {
    refuse(outcome, Verdict::kUnsupportedCompressionType, fmt::format("Unknown compression type id: {}", codec));
    return false;
  }
  if (codec == kCodecZstd && rules.produce_version < 7) {
    refuse(outcome, Verdict::kUnsupportedCompressionType,
           fmt::format("Produce requests with version {} are not allowed to use ZStandard compression", rules.produce_version));
    return false;
  }
  return true;
}

bool check_header(const BatchHeader& header, const ValidationRules& rules, Outcome& outcome) {
  const std::int64_t span = std::int64_t{header.last_offset_delta()} + 1;
  const std::int32_t count = header.record_count();
  std::string fault;
  if (span <= 0)
    fault = fmt::format("Batch has an invalid offset range: [{}, {}]", header.base_offset(), header.last_offset());
  else if (count <= 0)
    fault = fmt::format("Invalid reported count for record batch: {}", count);
  else if (span != count)
    fault =
        fmt::format("Inconsistent batch offset range [{}, {}] and count of records {}", header.base_offset(), header.last_offset(), count);
  else if (header.control())
    fault = "Clients are not allowed to write control records";
  else if (header.has_producer_id() && header.base_sequence() < 0)
    fault = fmt::format("Invalid sequence number {} in record batch with producerId {}", header.base_sequence(), header.producer_id());
  if (fault.empty()) return true;
  refuse(outcome, Verdict::kInvalidRecord, fmt::format("{} in topic partition {}.", fault, rules.topic_partition));
  return false;
}

}  // namespace

void refuse(Outcome& outcome, Verdict verdict, std::string message) {
  outcome.verdict = verdict;
  outcome.message = std::move(message);
}

Verdict verdict_of(const Status& status) {
  switch (status.code()) {
    case Code::kOk:
      return Verdict::kNone;
    case Code::kExhausted:
      return Verdict::kMessageTooLarge;
    case Code::kUnsupported:
      return Verdict::kUnsupportedCompressionType;
    case Code::kInvalid:
    case Code::kCorrupt:
      return Verdict::kInvalidRecord;
    default:
      return Verdict::kUnknownServerError;
  }
}

void check_batch(sdk::Bytes records, const ValidationRules& rules, Outcome& outcome) {
  BatchReader batches(records);
  BatchView batch;
  if (!check_octets(records, batches, batch, rules, outcome)) return;
  if (batch.size() > static_cast<std::size_t>(rules.max_message_bytes))
    return refuse(outcome, Verdict::kMessageTooLarge,
                  fmt::format("The record batch size in the append to {} is {} bytes which exceeds the maximum configured value of {}.",
                              rules.topic_partition, batch.size(), rules.max_message_bytes));
  if (batch.base_offset() != 0)
    return refuse(outcome, Verdict::kInvalidRecord,
                  fmt::format("The baseOffset of the record batch in the append to {} should be 0, but it is {}", rules.topic_partition,
                              batch.base_offset()));
  if (!check_only_batch(batches, rules, outcome)) return;
  if (!check_codec(batch.header(), rules, outcome)) return;
  if (!check_header(batch.header(), rules, outcome)) return;
  outcome.batch = batch.octets();
}

}  // namespace barnabas::record
