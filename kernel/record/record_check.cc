#include "kernel/record/record_check.h"

#include <fmt/format.h>

#include "kernel/base/times.h"

namespace barnabas::record {
namespace {

// Differences as unsigned, because timestamps may be anything.
bool in_range(std::int64_t timestamp_ms, const ValidationRules& rules) {
  const auto now = static_cast<std::uint64_t>(rules.now_ms);
  const auto then = static_cast<std::uint64_t>(timestamp_ms);
  if (timestamp_ms < rules.now_ms) return now - then <= static_cast<std::uint64_t>(rules.timestamp_before_max_ms);
  return then - now <= static_cast<std::uint64_t>(rules.timestamp_after_max_ms);
}

}  // namespace

void RecordFaults::key_missing(Outcome& outcome, std::int32_t index, const ValidationRules& rules) {
  add(outcome, index,
      [&] { return fmt::format("Compacted topic cannot accept message without key in topic partition {}.", rules.topic_partition); });
}

void RecordFaults::timestamp_out_of_range(Outcome& outcome, std::int32_t index, std::int64_t timestamp_ms, std::int64_t offset,
                                          const ValidationRules& rules) {
  timestamp_ = true;
  add(outcome, index, [&] {
    return fmt::format("Timestamp {} of message with offset {} is out of range. The timestamp should be within [{}, {}]", timestamp_ms,
                       offset, base::saturated_add(rules.now_ms, -rules.timestamp_before_max_ms),
                       base::saturated_add(rules.now_ms, rules.timestamp_after_max_ms));
  });
}

void RecordFaults::timestamp_type(Outcome& outcome, std::int32_t index, std::int64_t offset) {
  timestamp_ = true;
  add(outcome, index, [&] {
    return fmt::format("Invalid timestamp type in message with offset {}. Producer should not set timestamp type to LogAppendTime.",
                       offset);
  });
}

void RecordFaults::conclude(Outcome& outcome) const {
  if (timestamp_) return refuse(outcome, Verdict::kInvalidTimestamp, "One or more records have been rejected due to invalid timestamp");
  std::string shown;
  for (std::size_t i = 0; i < outcome.record_errors.size() && i < 3; ++i) {
    const RecordError& error = outcome.record_errors[i];
    shown += fmt::format("{}RecordError(batchIndex={}, message='{}')", i == 0 ? "" : ", ", error.batch_index, error.message);
  }
  refuse(outcome, Verdict::kInvalidRecord,
         fmt::format("One or more records have been rejected due to {} record errors in total, and only showing the first three errors "
                     "at most: [{}]",
                     total_, shown));
}

bool RecordCheck::advance(const ValidationRules& rules, Outcome& outcome, const base::Piece& piece) {
  const std::int32_t count = header_.record_count();
  for (; index_ < count; ++index_) {
    const RecordStream::Step step = stream_.next(record_, piece);
    if (step != RecordStream::Step::kRecord) {
      if (step == RecordStream::Step::kFault) refuse_record(index_, outcome);
      return step == RecordStream::Step::kFault;
    }
    check(rules, outcome);
  }
  if (!stream_.finish()) {
    refuse_record(count - 1, outcome);
  } else if (faults_.any()) {
    faults_.conclude(outcome);
  }
  return true;
}

void RecordCheck::check(const ValidationRules& rules, Outcome& outcome) {
  const bool flagged_append_time = header_.timestamp_type() == TimestampType::kLogAppendTime;
  const std::int64_t timestamp_ms =
      flagged_append_time ? header_.max_timestamp_ms() : wrapping_add(header_.base_timestamp_ms(), record_.timestamp_delta);
  if (rules.compacted && !record_.key) {
    faults_.key_missing(outcome, index_, rules);
  } else if (rules.timestamp_type == TimestampType::kCreateTime && timestamp_ms != kNoTimestamp) {
    if (!in_range(timestamp_ms, rules)) faults_.timestamp_out_of_range(outcome, index_, timestamp_ms, record_.offset_delta, rules);
  } else if (flagged_append_time) {
    faults_.timestamp_type(outcome, index_, record_.offset_delta);
  }
  if (record_.offset_delta != index_) outcome.rebuild = true;
  if (timestamp_ms > outcome.max_timestamp_ms) {
    outcome.max_timestamp_ms = timestamp_ms;
    outcome.max_timestamp_offset_delta = index_;
  }
}

void RecordCheck::refuse_record(std::int32_t index, Outcome& outcome) const {
  const Status& status = stream_.status();
  std::string message = fmt::format("Record {} of {} {}", index, header_.record_count(), stream_.fault());
  if (!status.ok()) message += fmt::format(": {}", message_of(status));
  outcome.record_errors.assign(1, {index, message});
  refuse(outcome, status.ok() ? Verdict::kInvalidRecord : verdict_of(status), std::move(message));
}

}  // namespace barnabas::record
