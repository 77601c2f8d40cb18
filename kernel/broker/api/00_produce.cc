// Produce: appends what a client sent to its partitions. Each batch is validated once, gets its offsets where it lies in the receive
// buffer (or where the call keeps its body), and is handed to the log from there; a new batch is made only by interceptors, for another
// codec than the producer's, and where the records are not numbered one after the other.
#include "kernel/wire/messages/00_produce.h"

#include "kernel/base/piece.h"
#include "kernel/broker/api/answers.h"
#include "kernel/broker/api/handlers.h"
#include "kernel/broker/broker.h"
#include "kernel/broker/produce_wait.h"
#include "kernel/broker/topic_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace barnabas::broker {
namespace {

using base::Piece;
using wire::ErrorCode;
using wire::ProduceRequest;
using wire::ProduceResponse;
using Topic = ElementOf<&ProduceRequest::topic_data>;
using PartitionData = ElementOf<&Topic::partition_data>;
using TopicAnswer = ElementOf<&ProduceResponse::responses>;
using PartitionAnswer = ElementOf<&TopicAnswer::partition_responses>;
using RecordErrorAnswer = ElementOf<&PartitionAnswer::record_errors>;

constexpr std::string_view kAdminClientId = "__admin_client";  // may write where otherwise only the broker does
constexpr std::int16_t kFirstAbortable = 11;                   // the version that knows TRANSACTION_ABORTABLE
// All batches of a request together may inflate to what one of them may, and so many times their own size. Else a thousand small bombs in
// one request would keep a loop busy for a minute.
constexpr std::uint64_t kInflationOfRequest = 100;

void refuse(PartitionAnswer& answer, ErrorCode error, std::string_view message = {}) {
  answer.error_code = error;
  answer.base_offset = -1;
  if (!message.empty()) answer.error_message = message;
}

void refuse(Call& call, PartitionAnswer& answer, const record::Outcome& outcome) {
  refuse(answer, static_cast<ErrorCode>(outcome.verdict), call.arena.copy(outcome.message));
  const auto errors = call.arena.array<RecordErrorAnswer>(outcome.record_errors.size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    errors[i].batch_index = outcome.record_errors[i].batch_index;
    errors[i].batch_index_error_message = call.arena.copy(outcome.record_errors[i].message);
  }
  answer.record_errors = errors;
}

// The state of one request on its way through its partitions.
class Append {
 public:
  Append(Call& call, std::int16_t acks)
      : call_(call), shard_(call.shard), broker_(call.shard.broker), acks_(acks), has_turn_(call.may_take_long) {}

  // Judged partition by partition: what is not there is told of first.
  bool acks_are_valid() const { return acks_ >= -1 && acks_ <= 1; }
  // The last offset appended; -1 when it was refused. Nothing: the piece is over amid the batch, for which it is called again.
  std::optional<std::int64_t> append(const std::shared_ptr<const LocalTopic>& topic, Partition& partition, const wire::Records& records,
                                     PartitionAnswer& answer, const Piece& piece);
  // From here on it is alone among those that take long.
  void take_turn() { has_turn_ = true; }

 private:
  record::ValidationRules rules_of(const LocalTopic& topic, std::string_view topic_partition) const;
  record::Validator& validator();
  bool validate(const std::shared_ptr<const LocalTopic>& topic, Partition& partition, sdk::Bytes records, record::Outcome& outcome,
                const Piece& piece);
  bool intercept(const sdk::TopicView& view, const TopicRules& rules, record::Outcome& outcome, PartitionAnswer& answer);
  void report(const sdk::TopicView& view, const record::Outcome& outcome, const log::AppendOutcome& appended);

  Call& call_;
  Shard& shard_;
  Broker& broker_;
  std::int16_t acks_;
  std::uint64_t inflated_bytes_ = 0;  // by the batches before
  bool has_turn_;
  OwnValidator own_validator_{nullptr, {&shard_}};
  const std::uint8_t* amid_ = nullptr;            // the batch of which some is validated,
  std::shared_ptr<const LocalTopic> amid_topic_;  // by the rules of this one
};

// Only who has a turn keeps what is half validated, so that there is little of it at a time. Others begin that batch again when they have
// it.
record::Validator& Append::validator() {
  if (!has_turn_) return shard_.validator;
  if (own_validator_ == nullptr) own_validator_ = shard_.own_validator();
  return *own_validator_;
}

record::ValidationRules Append::rules_of(const LocalTopic& topic, std::string_view topic_partition) const {
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
bool Append::validate(const std::shared_ptr<const LocalTopic>& topic, Partition& partition, sdk::Bytes records, record::Outcome& outcome,
                      const Piece& piece) {
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
  outcome = validator.take_outcome(shard_.loop.turn_wall_ms());
  inflated_bytes_ += outcome.inflated_bytes;
  if (outcome.verdict == record::Verdict::kNone && outcome.rebuild) outcome = validator.rebuild(outcome);
  return true;
}

std::optional<std::int64_t> Append::append(const std::shared_ptr<const LocalTopic>& topic, Partition& partition,
                                           const wire::Records& records, PartitionAnswer& answer, const Piece& piece) {
  record::Outcome outcome;
  if (!validate(topic, partition, records.bytes, outcome, piece)) return std::nullopt;
  if (outcome.verdict != record::Verdict::kNone) {
    refuse(call_, answer, outcome);
    return -1;
  }
  const sdk::TopicView view{topic->name, topic->id, partition.index(), static_cast<std::int32_t>(topic->partitions.size())};
  if (!intercept(view, topic->rules, outcome, answer)) return -1;
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
    return -1;
  }
  answer.base_offset = appended.base_offset;
  answer.log_append_time_ms = appended.log_append_time_ms;
  answer.log_start_offset = appended.log_start;
  partition.ensure_flush(shard_.loop);
  return appended.last_offset;
}

bool Append::intercept(const sdk::TopicView& view, const TopicRules& rules, record::Outcome& outcome, PartitionAnswer& answer) {
  InterceptorChain& chain = *broker_.interceptors[shard_.loop.index()];
  if (!chain.wants(sdk::kBrokerRecord)) return true;
  const sdk::ClientView client{call_.client_id, call_.client.principal, call_.client.address};
  const InterceptorChain::Verdict verdict = chain.append(client, view, outcome.batch, rules.level);
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
  if (rules.max_message_bytes >= 0 && verdict.batch.size > static_cast<std::size_t>(rules.max_message_bytes)) {
    refuse(answer, ErrorCode::kMessageTooLarge,
           call_.arena.copy(fmt::format("The interceptors made a batch of {} bytes; max.message.bytes of the topic is {}.",
                                        verdict.batch.size, rules.max_message_bytes)));
    return false;
  }
  outcome.batch = verdict.batch;
  return true;
}

void Append::report(const sdk::TopicView& view, const record::Outcome& outcome, const log::AppendOutcome& appended) {
  InterceptorChain& chain = *broker_.interceptors[shard_.loop.index()];
  if (!chain.wants(sdk::kBrokerAppended)) return;
  const bool ok = appended.error == ErrorCode::kNone;
  chain.appended(
      {call_.client_id, call_.client.principal, call_.client.address}, view,
      {appended.base_offset, outcome.count, outcome.batch.size, ok, ok ? sdk::Text() : sdk::Text(wire::error_name(appended.error))});
}

// acks=0 asks for no answer, so the only way to tell of an error is to end the connection.
void finish_without_answer(Call& call, const ProduceResponse& response) {
  for (const TopicAnswer& topic : response.responses)
    for (const PartitionAnswer& partition : topic.partition_responses)
      if (partition.error_code != ErrorCode::kNone) return call.close("a produce request with acks=0 failed");
  call.no_answer();
}

// A request on its way through its partitions, and where it takes long, through several turns. `response` is in the arena.
class Producing {
 public:
  Producing(Call& call, const ProduceRequest& request, ProduceResponse& response)
      : call_(call), request_(&request), response_(response), append_(call, request.acks), wait_(call, response, request.acks) {
    topics_ = call.arena.array<TopicAnswer>(request.topic_data.size());
    response.responses = topics_;
  }

  // False: the piece is over, and something is left to do.
  bool advance(const Piece& piece) {
    while (topic_ < topics_.size()) {
      if (!append_topic(request_->topic_data[topic_], topics_[topic_], piece)) return false;
      ++topic_;
      partition_ = 0;
      if (topic_ < topics_.size() && piece.is_over()) return false;
    }
    return true;
  }

  void answer() {
    response_.throttle_time_ms = charge(call_, call_.body.size);
    if (request_->acks == 0) return finish_without_answer(call_, response_);
    if (wait_.complete()) return call_.answer(response_);
    // The answer outlives the request's octets.
    for (TopicAnswer& topic : topics_) topic.name = call_.arena.copy(topic.name);
    call_.drop_body();
    wait_.park(request_->timeout_ms);
  }

  // Does what is left in pieces, each in a later turn. `kept`: the same request, read from the body that the call keeps.
  static void go_on_later(Producing&& begun, const ProduceRequest& kept) {
    const auto work = std::make_shared<Producing>(std::move(begun));
    work->request_ = &kept;
    for (std::size_t t = 0; t < work->topics_.size(); ++t) work->topics_[t].name = kept.topic_data[t].name;
    go_on_later(work);
  }
  // The next piece. REQUIRES: the request is in the arena, and the call keeps its body.
  static void go_on(const std::shared_ptr<Producing>& work) {
    Call& call = work->call_;
    work->append_.take_turn();
    if (!work->advance(Piece(call.shard.loop.clock()))) return go_on_later(work);
    call.on_abandoned = nullptr;
    work->answer();
  }

 private:
  static void go_on_later(const std::shared_ptr<Producing>& work) {
    Call& call = work->call_;
    // Who sends and goes, as acks=0 allows, has sent all of it. Whoever waits for an answer asks again.
    if (work->request_->acks == 0) call.on_abandoned = [work] { work->advance(Piece::whole()); };
    call.go_on_later([work] { go_on(work); });
  }

  bool append_topic(const Topic& topic, TopicAnswer& answer, const Piece& piece);
  bool append_partition(const NamedTopic& named, const PartitionData& data, PartitionAnswer& answer, const Piece& piece);

  Call& call_;
  const ProduceRequest* request_;
  ProduceResponse& response_;
  Append append_;
  ProduceWait wait_;
  std::span<TopicAnswer> topics_;
  std::span<PartitionAnswer> partitions_;  // of the topic that is being appended to
  std::size_t topic_ = 0;                  // what comes next
  std::size_t partition_ = 0;
};

// Finds what the request names, by name or from version 13 on by id; answers in the request's order.
bool Producing::append_topic(const Topic& topic, TopicAnswer& answer, const Piece& piece) {
  // Found anew in each piece: it may have gone meanwhile.
  const NamedTopic named = call_.api_version >= 13 ? NamedTopic(call_.shard, topic.topic_id) : NamedTopic(call_.shard, topic.name);
  if (answer.partition_responses.empty()) {  // it begins
    answer.name = topic.name;
    answer.topic_id = topic.topic_id;
    partitions_ = call_.arena.array<PartitionAnswer>(topic.partition_data.size());
    answer.partition_responses = partitions_;
  }
  while (partition_ < partitions_.size()) {
    if (!append_partition(named, topic.partition_data[partition_], partitions_[partition_], piece)) return false;
    ++partition_;
    if (partition_ < partitions_.size() && piece.is_over()) return false;
  }
  return true;
}

bool Producing::append_partition(const NamedTopic& named, const PartitionData& data, PartitionAnswer& answer, const Piece& piece) {
  const LocalTopic* local = named.here().get();
  answer.index = data.index;
  if (!authorize(call_, Operation::kWrite, Resource::kTopic, local == nullptr ? named.name() : std::string_view(local->name))) {
    refuse(answer, ErrorCode::kTopicAuthorizationFailed);
  } else if (Partition* partition = named.partition(data.index); partition == nullptr) {
    refuse(answer, named.absence(data.index));
  } else if (!append_.acks_are_valid()) {
    refuse(answer, ErrorCode::kInvalidRequiredAcks);
  } else if (is_internal_topic(local->name) && call_.client_id != kAdminClientId) {
    refuse(answer, ErrorCode::kInvalidTopicException, "Only the broker writes to internal topics.");
  } else {
    const auto last_offset = append_.append(named.here(), *partition, data.records, answer, piece);
    if (!last_offset) return false;
    if (*last_offset >= 0) wait_.expect(*partition, *last_offset, answer);
  }
  return true;
}

// The same request, read from the body that the call keeps from here on. Null: there is no memory for it now.
const ProduceRequest* keep(Call& call) {
  if (!call.keep_body()) return nullptr;
  auto& kept = call.arena.make<ProduceRequest>();
  [[maybe_unused]] const bool read = call.read(kept);  // as it was read before
  assert(read);
  return &kept;
}

bool can_be_cut(const ProduceRequest& request) {
  if (request.topic_data.size() != 1 || request.topic_data[0].partition_data.size() != 1) return true;
  const sdk::Bytes octets = request.topic_data[0].partition_data[0].records.bytes;
  return octets.size >= record::kHeaderBytes && record::BatchHeader(octets.data).codec() != record::kCodecNone;
}

void refuse_all(Call& call, const ProduceRequest& request, ProduceResponse& response, ErrorCode error) {
  const auto topics = call.arena.array<TopicAnswer>(request.topic_data.size());
  for (std::size_t t = 0; t < topics.size(); ++t) {
    topics[t].name = call.arena.copy(request.topic_data[t].name);
    topics[t].topic_id = request.topic_data[t].topic_id;
    const auto partitions = call.arena.array<PartitionAnswer>(request.topic_data[t].partition_data.size());
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].index = request.topic_data[t].partition_data[p].index;
      refuse(partitions[p], error);
    }
    topics[t].partition_responses = partitions;
  }
  response.responses = topics;
}

// What is not even a header is found out later.
bool any_transactional(const ProduceRequest& request) {
  for (const Topic& topic : request.topic_data)
    for (const PartitionData& partition : topic.partition_data) {
      const sdk::Bytes octets = partition.records.bytes;
      if (octets.size < record::kHeaderBytes) continue;
      const record::BatchHeader header(octets.data);
      if (header.magic() == 2 && header.transactional()) return true;
    }
  return false;
}

}  // namespace

void produce(Call& call) {
  call.stays = true;
  ProduceRequest request;
  if (!call.read(request)) return;
  auto& response = call.arena.make<ProduceResponse>();
  // Who writes to a transaction says to which, and nobody could end one without a name.
  if (!request.transactional_id && any_transactional(request)) {
    refuse_all(call, request, response, ErrorCode::kTransactionalIdAuthorizationFailed);
    return request.acks == 0 ? finish_without_answer(call, response) : call.answer(response);
  }
  if (call.may_take_long && can_be_cut(request)) {
    if (const ProduceRequest* kept = keep(call)) return Producing::go_on(std::make_shared<Producing>(call, *kept, response));
  }
  Producing producing(call, request, response);
  if (producing.advance(Piece(call.shard.loop.clock(), Piece::kFirstNs))) return producing.answer();
  if (const ProduceRequest* kept = keep(call)) return Producing::go_on_later(std::move(producing), *kept);
  producing.advance(Piece::whole());
  producing.answer();
}

}  // namespace barnabas::broker
