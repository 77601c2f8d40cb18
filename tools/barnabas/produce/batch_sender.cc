#include "tools/barnabas/produce/batch_sender.h"

#include <fmt/format.h>

#include "kernel/base/times.h"
#include "kernel/wire/messages/00_produce.h"
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
      return {};
    }
    // A topic that is being made is not there yet.
    if (topic != nullptr && topic->error == wire::ErrorCode::kInvalidTopicException) return Status::invalid(describe_error(topic->error));
    client_.pause(settings_.retry_backoff_ms);
  }
  return Status::not_found(fmt::format("topic '{}' does not exist and was not made", settings_.topic));
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
  if (!builder.empty() && builder.size() + builder.size_of(record) > settings_.batch_bytes) BARNABAS_TRY(send(partition, builder));
  if (!builder.empty()) return {};
  if (settings_.idempotent) BARNABAS_TRY(sequence_.begin(client_, {settings_.retry_backoff_ms, settings_.delivery_timeout_ms}));
  builder.start(sequence_.numbered(partition, {.codec = settings_.codec}));
  return {};
}

Status BatchSender::flush() {
  for (auto& [partition, builder] : builders_)
    if (!builder.empty()) BARNABAS_TRY(send(partition, builder));
  return {};
}

Status BatchSender::send(std::int32_t partition, record::BatchBuilder& builder) {
  wire::ErrorCode why = wire::ErrorCode::kUnknownServerError;
  Status failure;
  auto batch = builder.finish();
  if (!batch) failure = batch.status().copy();
  sdk::Clock& clock = client_.env().clock();
  const std::int64_t until_ns = clock.mono_ns() + base::ns_of_ms(settings_.delivery_timeout_ms);
  Waiting waiting;
  Status led;  // of the last look-up: as long as it fails, nothing is sent
  for (int tries = 0; batch;) {
    auto answer = led.ok() ? try_send(partition, *batch) : Result<Answer>(led.copy());
    if (answer && answer->is_stored()) {
      sequence_.stored(partition, builder.count());
      builder.start({.codec = settings_.codec});
      settings_.partitioner->batch_full(partition_view(partition));
      sent_.stored(partition_view(partition), answer->base_offset);
      return {};
    }
    if (led.ok()) why = answer ? answer->error : wire::ErrorCode::kNetworkException;
    failure = answer ? Status::invalid(fmt::format("the records for {}-{} were refused: {}", settings_.topic, partition,
                                                   describe_error(answer->error, answer->message)))
                     : answer.status().copy();
    if (answer ? !wire::is_retriable(answer->error) : !may_pass(failure)) break;
    // As with Kafka's producer a leader that cannot be reached is waited for, and only what it may have got counts as a try.
    const bool arrived = led.ok() && (answer || failure.code() != Code::kUnavailable);
    if (arrived ? ++tries > settings_.retries : clock.mono_ns() >= until_ns) break;
    if (!arrived) waiting.on(message_of(failure), clock.mono_ns());
    client_.pause(settings_.retry_backoff_ms);
    led = open();
  }
  sent_.failed(partition_view(partition), wire::error_name(why));
  return failure;
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
    if (Status status = client_.send(leader, request); !status.ok()) return status;
    return Answer();
  }
  auto reply = client_.call<wire::ProduceResponse>(leader, request, kLastVersionWithNames);
  if (!reply) return std::move(reply).status();
  const auto& answer = reply->response.responses[0].partition_responses[0];
  Answer said{answer.error_code, std::string(answer.error_message.value_or("")), answer.base_offset};
  for (const auto& record : answer.record_errors)
    if (record.batch_index_error_message) said.message = *record.batch_index_error_message;
  return said;
}

}  // namespace barnabas::tools
