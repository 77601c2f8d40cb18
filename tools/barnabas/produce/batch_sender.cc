#include "tools/barnabas/produce/batch_sender.h"

#include <fmt/format.h>

#include "kernel/base/times.h"
#include "kernel/wire/messages/00_produce.h"
#include "tools/barnabas/only_answer.h"
#include "tools/barnabas/produce/batch_part.h"
#include "tools/barnabas/waiting.h"

namespace barnabas::tools {
namespace {

constexpr int kLookups = 20;
constexpr std::int16_t kLastVersionWithNames = 12;

std::uint64_t bytes_of(const LineRecord& record) {
  return (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
}

}  // namespace

Status BatchSender::open() {
  for (int i = 0; i < kLookups; ++i) {
    auto cluster = read_cluster(client_, std::vector<std::string>{settings_.topic}, true);
    if (!cluster) return std::move(cluster).status();
    const TopicFacts* topic = cluster->find(settings_.topic);
    if (topic != nullptr && topic->error == wire::ErrorCode::kNone) {
      topic_ = *topic;
      look_again_ns_ = base::saturated_add(client_.env().clock().mono_ns(), base::ns_of_ms(settings_.metadata_max_age_ms));
      return {};
    }
    // A topic that is being made is not there yet.
    if (topic != nullptr && topic->error == wire::ErrorCode::kInvalidTopicException) return Status::invalid(describe_error(topic->error));
    client_.pause(settings_.retry_backoff_ms);
  }
  return Status::not_found(fmt::format("topic '{}' does not exist and was not made", settings_.topic));
}

void BatchSender::look_again() {
  sdk::Clock& clock = client_.env().clock();
  if (clock.mono_ns() < look_again_ns_) return;
  auto cluster = read_cluster(client_, std::vector<std::string>{settings_.topic});
  look_again_ns_ = base::saturated_add(clock.mono_ns(), base::ns_of_ms(settings_.metadata_max_age_ms));
  const TopicFacts* topic = cluster ? cluster->find(settings_.topic) : nullptr;
  // Where that fails, what is known goes on; the next batch finds out what is wrong.
  if (topic != nullptr && topic->error == wire::ErrorCode::kNone) topic_ = *topic;
}

Status BatchSender::intercept(LineRecord& record, std::int64_t now_ms) {
  if (!interceptors_.wants(sdk::kProducerRecord)) return {};
  edited_.assign(view_of(record, now_ms, header_views_));
  Status status = interceptors_.on_send(view_of(topic_), edited_);
  if (!status.ok())
    sent_.refuse(view_of(topic_), bytes_of(record), wire::error_name(wire::ErrorCode::kInvalidRecord));
  else if (edited_.changed())
    record = line_record_of(edited_.view());
  return status;
}

Status BatchSender::add(const LineRecord& record, std::int64_t now_ms) {
  look_again();
  const auto chosen = ask_partitioner(*settings_.partitioner, topic_, record, now_ms);
  if (!chosen) {
    sent_.refuse(view_of(topic_), bytes_of(record), wire::error_name(wire::ErrorCode::kUnknownServerError));
    return chosen.status().copy();
  }
  const std::int32_t partition = *chosen;
  record::BatchBuilder& builder = builders_[partition];
  std::vector<record::Header> headers;
  for (const auto& [name, value] : record.headers)
    headers.push_back({name, value ? std::optional<sdk::Bytes>(sdk::Bytes(*value)) : std::nullopt});
  record::NewRecord one;
  one.timestamp_ms = now_ms;
  if (record.key) one.key = sdk::Bytes(*record.key);
  if (record.value) one.value = sdk::Bytes(*record.value);
  one.headers = headers;
  if (Status status = make_room(partition, builder, one); !status.ok()) {
    sent_.refuse(partition_view(partition), bytes_of(record), wire::error_name(wire::ErrorCode::kOperationNotAttempted));
    return status;
  }
  builder.append(one);
  sent_.add(partition, bytes_of(record));
  return {};
}

Status BatchSender::make_room(std::int32_t partition, record::BatchBuilder& builder, const record::NewRecord& record) {
  if (!builder.empty() && builder.size() + builder.size_of(record) > settings_.batch_bytes)
    BARNABAS_TRY(send(partition, builder, deadline_ns()));
  if (!builder.empty()) return {};
  if (settings_.idempotent) BARNABAS_TRY(sequence_.begin(client_, {settings_.retry_backoff_ms, settings_.delivery_timeout_ms}));
  builder.start(sequence_.numbered(partition, {.codec = settings_.codec}));
  return {};
}

std::int64_t BatchSender::deadline_ns() {
  const std::int64_t now_ns = client_.env().clock().mono_ns();
  return patience_is_over_ ? now_ns : base::saturated_add(now_ns, base::ns_of_ms(settings_.delivery_timeout_ms));
}

Status BatchSender::flush() {
  const std::int64_t until_ns = deadline_ns();
  Status first;
  for (auto& [partition, builder] : builders_) {
    if (builder.empty()) continue;
    Status status = send(partition, builder, until_ns);
    if (first.ok()) first = std::move(status);
  }
  return first;
}

Status BatchSender::send(std::int32_t partition, record::BatchBuilder& builder, std::int64_t until_ns) {
  auto batch = builder.finish();
  Status status = batch ? send_batch(partition, *batch, builder.count(), until_ns).status : batch.status().copy();
  if (!batch) sent_.failed(partition_view(partition), wire::error_name(wire::ErrorCode::kUnknownServerError), builder.count());
  if (status.ok()) settings_.partitioner->batch_full(partition_view(partition));
  builder.start({.codec = settings_.codec});
  return status;
}

BatchSender::Outcome BatchSender::send_batch(std::int32_t partition, sdk::Bytes batch, std::int32_t count, std::int64_t until_ns) {
  Outcome outcome = deliver(partition, batch, until_ns);
  if (outcome.why == wire::ErrorCode::kMessageTooLarge && count > 1) return send_halves(partition, batch, count, until_ns);
  if (outcome.status.ok()) {
    sequence_.stored(partition, count);
    sent_.stored(partition_view(partition), outcome.base_offset, count);
  } else {
    sent_.failed(partition_view(partition), wire::error_name(outcome.why), count);
  }
  return outcome;
}

BatchSender::Outcome BatchSender::send_halves(std::int32_t partition, sdk::Bytes batch, std::int32_t count, std::int64_t until_ns) {
  Outcome all;
  const std::int32_t middle = count / 2;
  for (const auto& [from, size] : {std::pair(0, middle), std::pair(middle, count - middle)}) {
    // What may be stored after all keeps its numbers: under them the broker would take the rest for something that it has.
    if (all.why != wire::ErrorCode::kNone && all.why != wire::ErrorCode::kMessageTooLarge) {
      sent_.failed(partition_view(partition), wire::error_name(wire::ErrorCode::kOperationNotAttempted), size);
      break;
    }
    record::BatchBuilder half;
    half.start(sequence_.numbered(partition, {.codec = settings_.codec}));
    Status copied = copy_part(batch, *settings_.codecs, from, size, half);
    auto octets = copied.ok() ? half.finish() : Result<sdk::MutableBytes>(std::move(copied));
    Outcome outcome;
    if (octets) {
      outcome = send_batch(partition, *octets, size, until_ns);
    } else {
      outcome = {std::move(octets).status(), wire::ErrorCode::kUnknownServerError};
      sent_.failed(partition_view(partition), wire::error_name(outcome.why), size);
    }
    if (outcome.status.ok()) continue;
    all.why = outcome.why;
    if (all.status.ok()) all.status = std::move(outcome.status);
  }
  return all;
}

BatchSender::Outcome BatchSender::deliver(std::int32_t partition, sdk::Bytes batch, std::int64_t until_ns) {
  Outcome failed{{}, wire::ErrorCode::kUnknownServerError};
  sdk::Clock& clock = client_.env().clock();
  Waiting waiting;
  Status led;  // of the last look-up: as long as it fails, nothing is sent
  for (int tries = 0;;) {
    auto answer = led.ok() ? try_send(partition, batch) : Result<Answer>(led.copy());
    if (answer && answer->is_stored()) return {{}, wire::ErrorCode::kNone, answer->base_offset};
    if (led.ok()) failed.why = answer ? answer->error : wire::ErrorCode::kNetworkException;
    failed.status = answer ? Status::invalid(fmt::format("the records for {}-{} were refused: {}", settings_.topic, partition,
                                                         describe_error(answer->error, answer->message)))
                           : answer.status().copy();
    if (answer ? !wire::is_retriable(answer->error) : !may_pass(failed.status)) return failed;
    // As with Kafka's producer a leader that cannot be reached is waited for, and only what it may have got counts as a try; and nothing
    // takes longer than delivery.timeout.ms.
    const bool arrived = led.ok() && (answer || failed.status.code() != Code::kUnavailable);
    if (arrived && ++tries > settings_.retries) return failed;
    if (clock.mono_ns() >= until_ns) {
      patience_is_over_ = true;
      return failed;
    }
    waiting.on(message_of(failed.status), clock.mono_ns());
    client_.pause(settings_.retry_backoff_ms);
    led = open();
  }
}

sdk::TopicView BatchSender::partition_view(std::int32_t partition) const {
  sdk::TopicView where = view_of(topic_);
  where.partition = partition;
  return where;
}

Result<BatchSender::Answer> BatchSender::try_send(std::int32_t partition, sdk::Bytes batch) {
  const auto index = static_cast<std::size_t>(partition);
  if (index >= topic_.partitions.size())
    return Status::not_found(fmt::format("topic '{}' has no partition {} any more", settings_.topic, partition));
  const std::int32_t leader_id = topic_.partitions[index].leader;
  if (leader_id < 0) return Status::unavailable(fmt::format("{}-{} has no leader", settings_.topic, partition));
  wire::ProduceRequest request;
  request.acks = settings_.acks;
  request.timeout_ms = settings_.timeout_ms;
  wire::ProduceRequest::PartitionProduceData data;
  data.index = partition;
  data.records = batch;
  wire::ProduceRequest::TopicProduceData topic;
  topic.name = settings_.topic;
  topic.partition_data = std::span(&data, 1);
  request.topic_data = std::span(&topic, 1);
  const client::Target leader = client::Target::node(leader_id);
  if (settings_.acks == 0) {
    if (Status status = client_.send(leader, request, kLastVersionWithNames); !status.ok()) return status;
    return Answer();
  }
  auto reply = client_.call<wire::ProduceResponse>(leader, request, kLastVersionWithNames);
  if (!reply) return std::move(reply).status();
  const auto of_topic = only_answer(reply->response.responses, "Produce");
  if (!of_topic) return of_topic.status().copy();
  const auto of_partition = only_answer((*of_topic)->partition_responses, "Produce");
  if (!of_partition) return of_partition.status().copy();
  const auto& answer = **of_partition;
  Answer said{answer.error_code, std::string(answer.error_message.value_or("")), answer.base_offset};
  for (const auto& record : answer.record_errors)
    if (record.batch_index_error_message) said.message = *record.batch_index_error_message;
  return said;
}

}  // namespace barnabas::tools
