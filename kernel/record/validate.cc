#include "kernel/record/validate.h"

#include <fmt/format.h>

#include "kernel/record/validate_batch.h"

#include <algorithm>

namespace barnabas::record {

std::uint64_t inflated_limit(const ValidationRules& rules) {
  constexpr std::int64_t kFactor = 24;
  if (rules.max_inflated_bytes != 0) return rules.max_inflated_bytes;
  return static_cast<std::uint64_t>(kFactor * std::max<std::int64_t>(rules.max_message_bytes, 1 << 20));
}

Outcome Validator::validate(sdk::Bytes records, const ValidationRules& rules) {
  begin(records, rules);
  advance(base::Piece::whole());
  return take_outcome(rules.now_ms);
}

void Validator::begin(sdk::Bytes records, const ValidationRules& rules) {
  rules_ = rules;
  outcome_ = {};
  check_.reset();
  check_batch(records, rules, outcome_);
  if (outcome_.verdict != Verdict::kNone) return;
  const BatchView batch(outcome_.batch);
  const BatchHeader header = batch.header();
  if (header.codec() == kCodecNone) {
    check_.emplace(header, RecordStream(batch.records()));
    return;
  }
  const Status status = inflater_.start(header.codec(), batch.records(), 2, inflated_limit(rules));
  if (!status.ok()) return refuse(outcome_, verdict_of(status), std::string(message_of(status)));
  check_.emplace(header, RecordStream(inflater_));
}

bool Validator::advance(const base::Piece& piece) {
  if (!check_) return true;
  if (!check_->advance(rules_, outcome_, piece)) return false;
  const BatchHeader header = BatchView(outcome_.batch).header();
  if (header.codec() != kCodecNone) outcome_.inflated_bytes = inflater_.produced();
  if (rules_.codec && *rules_.codec != header.codec()) outcome_.rebuild = true;
  outcome_.count = header.record_count();
  outcome_.timestamp_type = rules_.timestamp_type;
  return true;
}

Outcome Validator::take_outcome(std::int64_t now_ms) {
  if (outcome_.timestamp_type == TimestampType::kLogAppendTime) {
    outcome_.max_timestamp_ms = now_ms;
    outcome_.max_timestamp_offset_delta = 0;
  }
  return std::move(outcome_);
}

Outcome Validator::rebuild(const Outcome& accepted) {
  Outcome outcome = accepted;
  const BatchView batch(accepted.batch);
  const BatchHeader header = batch.header();
  const std::int8_t target = rules_.codec.value_or(header.codec());
  BatchSettings settings;
  settings.producer_id = header.producer_id();
  settings.producer_epoch = header.producer_epoch();
  settings.base_sequence = header.base_sequence();
  settings.transactional = header.transactional();
  if (rules_.timestamp_type == TimestampType::kLogAppendTime) settings.log_append_time_ms = accepted.max_timestamp_ms;
  settings.codec = codecs_.find(target);
  settings.level = rules_.level;
  if (target != kCodecNone && settings.codec == nullptr) {
    refuse(outcome, Verdict::kUnsupportedCompressionType,
           fmt::format("The topic wants its batches in {}, for which no plugin is loaded", codec_name(target)));
    return outcome;
  }
  // The cap was kept when the batch was validated.
  if (reader_ == nullptr) reader_ = std::make_unique<RecordReader>(codecs_);
  Status status = reader_->open(batch);
  builder_.start(settings);
  // Of what becomes too large no more is built or compressed than shows it: a few octets can stand for seconds of a codec's work.
  const auto max_bytes = static_cast<std::size_t>(rules_.max_message_bytes);
  std::int64_t offset = 0;
  if (status.ok())
    for (RecordView record; reader_->next(record);) {
      builder_.copy_at(offset++, record);
      if (target == kCodecNone && builder_.size() > max_bytes) break;
    }
  if (status.ok()) status = reader_->take_status();
  reader_->give_back();
  Result<sdk::MutableBytes> built = status.ok() ? builder_.finish(std::nullopt, max_bytes) : Result<sdk::MutableBytes>(std::move(status));
  if (!built) {
    const Verdict verdict = verdict_of(built.status());
    refuse(
        outcome, verdict,
        verdict == Verdict::kMessageTooLarge
            ? fmt::format("Message batch size is more than {0} bytes in append to partition {1} which exceeds the maximum configured size "
                          "of {0}.",
                          rules_.max_message_bytes, rules_.topic_partition)
            : std::string(message_of(built.status())));
    return outcome;
  }
  outcome.batch = *built;
  outcome.rebuild = false;
  return outcome;
}

}  // namespace barnabas::record
