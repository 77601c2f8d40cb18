#include "kernel/broker/produce_append.h"

#include "kernel/broker/api/answers.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::broker {
namespace {

using wire::ErrorCode;
using RecordErrorAnswer = ElementOf<&ProduceWait::PartitionAnswer::record_errors>;

constexpr std::int16_t kFirstAbortable = 11;  // the version that knows TRANSACTION_ABORTABLE
// All batches of a request together may inflate to what one of them may, and so many times their own size. Else a thousand small bombs in
// one request would keep a loop busy for a minute.
constexpr std::uint64_t kInflationOfRequest = 100;

}  // namespace

void refuse(ProduceWait::PartitionAnswer& answer, ErrorCode error, std::string_view message) {
  answer.error_code = error;
  answer.base_offset = -1;
  if (!message.empty()) answer.error_message = message;
}

ProduceAppend::ProduceAppend(Call& call, std::int16_t acks)
    : call_(call), shard_(call.shard), broker_(call.shard.broker), acks_(acks), has_turn_(call.may_take_long) {}

// Only who has a turn keeps what is half validated, so that there is little of it at a time. Others begin that batch again when they have
// it.
record::Validator& ProduceAppend::validator() {
  if (!has_turn_) return shard_.validator;
  if (own_validator_ == nullptr) own_validator_ = shard_.own_validator();
  return *own_validator_;
}

record::ValidationRules ProduceAppend::rules_of(const LocalTopic& topic, std::string_view topic_partition) const {
  const TopicRules& rules = topic.rules;
  record::ValidationRules validation{.topic_partition = topic_partition,
                                     .now_ms = shard_.loop.turn_wall_ms(),
                                     .max_message_bytes = rules.max_message_bytes,
                                     .produce_version = call_.api_version,
                                     .compacted = rules.compacted,
                                     .timestamp_type = rules.timestamp_type,
                                     .timestamp_before_max_ms = rules.timestamp_before_max_ms,
                                     .timestamp_after_max_ms = rules.timestamp_after_max_ms,
                                     .codec = rules.codec,
                                     .level = rules.level};
  const std::uint64_t inflatable = record::inflated_limit(validation);
  const std::uint64_t in_all = inflatable + kInflationOfRequest * call_.body.size;
  validation.max_inflated_bytes = std::clamp<std::uint64_t>(in_all > inflated_bytes_ ? in_all - inflated_bytes_ : 0, 1, inflatable);
  return validation;
}

// False: the piece is over. A batch is judged by one state of its topic, the last one.
bool ProduceAppend::validate(const std::shared_ptr<const LocalTopic>& topic, Partition& partition, sdk::Bytes records,
                             record::Outcome& outcome, const base::Piece& piece) {
  char label[300];
  record::Validator& validator = this->validator();
  if (amid_ == nullptr || amid_ != records.data || amid_topic_ != topic) {
    const auto end = fmt::format_to_n(label, sizeof label, "{}-{}", topic->name, partition.index());
    const std::string_view topic_partition{label, std::min(end.size, sizeof label)};
    validator.begin(records, rules_of(*topic, has_turn_ ? call_.arena.copy(topic_partition) : topic_partition));
  }
  amid_ = nullptr;
  if (!validator.advance(piece)) {
    if (!has_turn_) return false;
    amid_ = records.data;
    amid_topic_ = topic;
    return false;
  }
  outcome = validator.take_outcome(shard_.loop.turn_wall_ms());  // of this turn, or times in the log would go backwards
  inflated_bytes_ += outcome.inflated_bytes;
  if (outcome.verdict == record::Verdict::kNone && outcome.rebuild) outcome = validator.rebuild(outcome);
  return true;
}

ProduceAppend::Outcome ProduceAppend::append(const std::shared_ptr<const LocalTopic>& topic, Partition& partition,
                                             const wire::Records& records, PartitionAnswer& answer, const base::Piece& piece) {
  record::Outcome outcome;
  if (!validate(topic, partition, records.bytes, outcome, piece)) return {Step::kPaused};
  if (outcome.verdict != record::Verdict::kNone) {
    refuse_batch(answer, outcome);
    return {Step::kRefused};
  }
  const sdk::TopicView view{topic->name, topic->id, partition.index(), static_cast<std::int32_t>(topic->partitions.size())};
  if (!intercept(view, topic->rules, outcome, answer)) return {Step::kRefused};
  // The octets are the call's own (Call::body is mutable), the validator's or the interceptors'; all may be written to.
  const sdk::MutableBytes batch{const_cast<std::uint8_t*>(outcome.batch.data), outcome.batch.size};
  record::MutableBatchHeader(batch.data).set_max_timestamp(outcome.timestamp_type, outcome.max_timestamp_ms);
  const bool log_append_time = outcome.timestamp_type == record::TimestampType::kLogAppendTime;
  const log::AppendOutcome appended = partition.log().append_as_leader(
      {.batches = batch, .require_min_in_sync = acks_ == -1, .log_append_time_ms = log_append_time ? outcome.max_timestamp_ms : -1});
  if (!appended.duplicate) report(view, outcome, appended);  // of a repeat it was told the first time
  if (appended.error != ErrorCode::kNone) {
    const bool aborts = appended.error == ErrorCode::kInvalidTxnState && call_.api_version >= kFirstAbortable;
    refuse(answer, aborts ? ErrorCode::kTransactionAbortable : appended.error, call_.arena.copy(message_of(appended.status)));
    return {Step::kRefused};
  }
  answer.base_offset = appended.base_offset;
  answer.log_append_time_ms = appended.log_append_time_ms;
  answer.log_start_offset = appended.log_start;
  partition.ensure_flush(shard_.loop);
  return {Step::kAppended, appended.last_offset};
}

bool ProduceAppend::intercept(const sdk::TopicView& view, const TopicRules& rules, record::Outcome& outcome, PartitionAnswer& answer) {
  InterceptorChain& chain = *broker_.interceptors[shard_.loop.index()];
  if (!chain.wants(sdk::kBrokerRecord)) return true;
  const sdk::ClientView client{call_.client_id, call_.client.principal, call_.client.address};
  const InterceptorChain::Verdict verdict =
      chain.append(client, view, outcome.batch, rules.level, static_cast<std::size_t>(rules.max_message_bytes));
  if (verdict.status.code() == Code::kExhausted) {
    refuse(answer, ErrorCode::kMessageTooLarge,
           call_.arena.copy(fmt::format("The interceptors made a batch of more than {} bytes, the max.message.bytes of the topic.",
                                        rules.max_message_bytes)));
    return false;
  }
  if (!verdict.status.ok()) {
    refuse(answer, ErrorCode::kInvalidRecord, call_.arena.copy(message_of(verdict.status)));
    return false;
  }
  if (verdict.rejected >= 0) {
    refuse(answer, ErrorCode::kInvalidRecord, call_.arena.copy(verdict.reason));
    const auto errors = call_.arena.array<RecordErrorAnswer>(1);
    errors[0].batch_index = verdict.rejected;
    errors[0].batch_index_error_message = answer.error_message;
    answer.record_errors = errors;
    return false;
  }
  outcome.batch = verdict.batch;
  return true;
}

void ProduceAppend::report(const sdk::TopicView& view, const record::Outcome& outcome, const log::AppendOutcome& appended) {
  InterceptorChain& chain = *broker_.interceptors[shard_.loop.index()];
  if (!chain.wants(sdk::kBrokerAppended)) return;
  const bool ok = appended.error == ErrorCode::kNone;
  chain.appended(
      {call_.client_id, call_.client.principal, call_.client.address}, view,
      {appended.base_offset, outcome.count, outcome.batch.size, ok, ok ? sdk::Text() : sdk::Text(wire::error_name(appended.error))});
}

void ProduceAppend::refuse_batch(PartitionAnswer& answer, const record::Outcome& outcome) {
  refuse(answer, static_cast<ErrorCode>(outcome.verdict), call_.arena.copy(outcome.message));
  const auto errors = call_.arena.array<RecordErrorAnswer>(outcome.record_errors.size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    errors[i].batch_index = outcome.record_errors[i].batch_index;
    errors[i].batch_index_error_message = call_.arena.copy(outcome.record_errors[i].message);
  }
  answer.record_errors = errors;
}

}  // namespace barnabas::broker
