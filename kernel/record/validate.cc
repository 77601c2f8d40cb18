#include "kernel/record/validate.h"

#include "kernel/record/record_stream.h"
#include "kernel/record/validate_batch.h"

#include <algorithm>

namespace barnabas::record {

namespace {

// Differences as unsigned, because timestamps may be anything.
bool in_range(std::int64_t timestamp_ms, const ValidationRules& rules) {
  const auto now = static_cast<std::uint64_t>(rules.now_ms);
  const auto then = static_cast<std::uint64_t>(timestamp_ms);
  if (timestamp_ms < rules.now_ms) return now - then <= static_cast<std::uint64_t>(rules.timestamp_before_max_ms);
  return then - now <= static_cast<std::uint64_t>(rules.timestamp_after_max_ms);
}

std::int64_t saturated_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? (b > 0 ? INT64_MAX : INT64_MIN) : sum;
}

// The faults of single records: all are counted and the first are kept, because the client is told of each.
class RecordFaults {
 public:
  explicit RecordFaults(Outcome& outcome) : outcome_(outcome) {}

  void key_missing(std::int32_t index, const ValidationRules& rules) {
    add(index, "Compacted topic cannot accept message without key in topic partition " + std::string(rules.topic_partition) + ".");
  }
  void timestamp_out_of_range(std::int32_t index, std::int64_t timestamp_ms, std::int64_t offset, const ValidationRules& rules) {
    timestamp_ = true;
    add(index, "Timestamp " + std::to_string(timestamp_ms) + " of message with offset " + std::to_string(offset) +
                   " is out of range. The timestamp should be within [" +
                   std::to_string(saturated_add(rules.now_ms, -rules.timestamp_before_max_ms)) + ", " +
                   std::to_string(saturated_add(rules.now_ms, rules.timestamp_after_max_ms)) + "]");
  }
  void timestamp_type(std::int32_t index, std::int64_t offset) {
    timestamp_ = true;
    add(index, "Invalid timestamp type in message with offset " + std::to_string(offset) +
                   ". Producer should not set timestamp type to LogAppendTime.");
  }
  bool any() const { return total_ != 0; }

  void conclude() {
    if (timestamp_) return refuse(outcome_, Verdict::kInvalidTimestamp, "One or more records have been rejected due to invalid timestamp");
    std::string message = "One or more records have been rejected due to " + std::to_string(total_) +
                          " record errors in total, and only showing the first three errors at most: [";
    for (std::size_t i = 0; i < outcome_.record_errors.size() && i < 3; ++i) {
      const RecordError& error = outcome_.record_errors[i];
      message +=
          (i == 0 ? "" : ", ") + ("RecordError(batchIndex=" + std::to_string(error.batch_index)) + ", message='" + error.message + "')";
    }
    refuse(outcome_, Verdict::kInvalidRecord, message + "]");
  }

 private:
  void add(std::int32_t index, std::string message) {
    ++total_;
    if (outcome_.record_errors.size() < Outcome::kMaxRecordErrors) outcome_.record_errors.push_back({index, std::move(message)});
  }

  Outcome& outcome_;
  std::size_t total_ = 0;
  bool timestamp_ = false;
};

void check_record(const StoredRecord& record, std::int32_t index, const BatchHeader& header, std::int64_t timestamp_ms,
                  const ValidationRules& rules, RecordFaults& faults) {
  if (rules.compacted && !record.key) return faults.key_missing(index, rules);
  if (rules.timestamp_type == TimestampType::kCreateTime && timestamp_ms != kNoTimestamp) {
    if (!in_range(timestamp_ms, rules)) faults.timestamp_out_of_range(index, timestamp_ms, record.offset_delta, rules);
  } else if (header.timestamp_type() == TimestampType::kLogAppendTime) {
    faults.timestamp_type(index, record.offset_delta);
  }
}

void refuse_record(Outcome& outcome, const BatchHeader& header, std::int32_t index, const char* fault, const Status& status) {
  std::string message = "Record " + std::to_string(index) + " of " + std::to_string(header.record_count()) + " " + fault;
  if (!status.ok()) message += ": " + std::string(message_of(status));
  outcome.record_errors.assign(1, {index, message});
  refuse(outcome, status.ok() ? Verdict::kInvalidRecord : verdict_of(status), std::move(message));
}

void check_records(const BatchHeader& header, RecordStream& stream, const ValidationRules& rules, Outcome& outcome) {
  RecordFaults faults(outcome);
  const std::int32_t count = header.record_count();
  const bool flagged_append_time = header.timestamp_type() == TimestampType::kLogAppendTime;
  for (std::int32_t i = 0; i < count; ++i) {
    StoredRecord record;
    if (const char* fault = stream.next(record)) return refuse_record(outcome, header, i, fault, stream.status());
    const std::int64_t timestamp_ms =
        flagged_append_time ? header.max_timestamp_ms() : wrapping_add(header.base_timestamp_ms(), record.timestamp_delta);
    check_record(record, i, header, timestamp_ms, rules, faults);
    if (record.offset_delta != i) outcome.rebuild = true;
    if (timestamp_ms > outcome.max_timestamp_ms) {
      outcome.max_timestamp_ms = timestamp_ms;
      outcome.max_timestamp_offset_delta = i;
    }
  }
  if (const char* fault = stream.finish()) return refuse_record(outcome, header, count - 1, fault, stream.status());
  if (faults.any()) faults.conclude();
}

}  // namespace

std::uint64_t inflated_limit(const ValidationRules& rules) {
  constexpr std::int64_t kFactor = 24;
  if (rules.max_inflated_bytes != 0) return rules.max_inflated_bytes;
  return static_cast<std::uint64_t>(kFactor * std::max<std::int64_t>(rules.max_message_bytes, 1 << 20));
}

Outcome Validator::validate(sdk::Bytes records, const ValidationRules& rules) {
  Outcome outcome;
  check_batch(records, rules, outcome);
  if (outcome.verdict != Verdict::kNone) return outcome;
  const BatchView batch(outcome.batch);
  const BatchHeader header = batch.header();
  if (header.codec() == kCodecNone) {
    RecordStream stream(batch.records());
    check_records(header, stream, rules, outcome);
  } else {
    Status status = inflater_.start(header.codec(), batch.records(), 2, inflated_limit(rules));
    if (!status.ok()) {
      refuse(outcome, verdict_of(status), std::string(message_of(status)));
      return outcome;
    }
    RecordStream stream(inflater_);
    check_records(header, stream, rules, outcome);
    outcome.inflated_bytes = inflater_.produced();
  }
  if (rules.codec && *rules.codec != header.codec()) outcome.rebuild = true;
  outcome.count = header.record_count();
  outcome.timestamp_type = rules.timestamp_type;
  if (rules.timestamp_type == TimestampType::kLogAppendTime) {
    outcome.max_timestamp_ms = rules.now_ms;
    outcome.max_timestamp_offset_delta = 0;
  }
  return outcome;
}

Outcome Validator::rebuild(const Outcome& accepted, const ValidationRules& rules) {
  Outcome outcome = accepted;
  const BatchView batch(accepted.batch);
  const BatchHeader header = batch.header();
  const std::int8_t target = rules.codec.value_or(header.codec());
  BatchSettings settings;
  settings.producer_id = header.producer_id();
  settings.producer_epoch = header.producer_epoch();
  settings.base_sequence = header.base_sequence();
  settings.transactional = header.transactional();
  if (rules.timestamp_type == TimestampType::kLogAppendTime) settings.log_append_time_ms = rules.now_ms;
  settings.codec = codecs_.find(target);
  settings.level = rules.level;
  if (target != kCodecNone && settings.codec == nullptr) {
    refuse(outcome, Verdict::kUnsupportedCompressionType,
           "The topic wants its batches in " + std::string(codec_name(target)) + ", for which no plugin is loaded");
    return outcome;
  }
  // The cap was kept when the batch was validated.
  if (reader_ == nullptr) reader_ = std::make_unique<RecordReader>(codecs_);
  Status status = reader_->open(batch);
  builder_.start(settings);
  std::int64_t offset = 0;
  if (status.ok())
    for (RecordView record; reader_->next(record);) builder_.copy_at(offset++, record);
  if (status.ok()) status = reader_->take_status();
  Result<sdk::MutableBytes> built = status.ok() ? builder_.finish() : Result<sdk::MutableBytes>(std::move(status));
  if (!built) {
    refuse(outcome, verdict_of(built.status()), std::string(message_of(built.status())));
    return outcome;
  }
  if (rules.max_message_bytes >= 0 && built->size > static_cast<std::size_t>(rules.max_message_bytes))
    refuse(outcome, Verdict::kMessageTooLarge,
           "Message batch size is " + std::to_string(built->size) + " bytes in append to partition " + std::string(rules.topic_partition) +
               " which exceeds the maximum configured size of " + std::to_string(rules.max_message_bytes) + ".");
  outcome.batch = *built;
  outcome.rebuild = false;
  return outcome;
}

}  // namespace barnabas::record
