#include "tools/barnabas/batch_sender.h"

#include <fmt/format.h>

#include "kernel/client/key_partition.h"
#include "kernel/wire/messages/00_produce.h"

namespace barnabas::tools {
namespace {

constexpr int kLookups = 20;
constexpr std::int16_t kLastVersionWithNames = 12;

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

Result<std::int32_t> BatchSender::choose_partition(const LineRecord& record, std::int64_t now_ms) {
  if (settings_.partitioner != nullptr) return ask_partitioner(*settings_.partitioner, topic_, record, now_ms);
  const auto count = static_cast<std::int32_t>(topic_.partitions.size());
  return record.key ? client::partition_of_key(sdk::Bytes(*record.key), count) : sticky_partition_;
}

Status BatchSender::add(const LineRecord& record, std::int64_t now_ms) {
  const auto chosen = choose_partition(record, now_ms);
  if (!chosen) return chosen.status().copy();
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
  if (!builder.empty() && builder.size() + builder.size_of(one) > settings_.batch_bytes) BARNABAS_TRY(send(partition, builder));
  if (builder.empty()) builder.start({.codec = settings_.codec});
  builder.append(one);
  return {};
}

Status BatchSender::flush() {
  for (auto& [partition, builder] : builders_)
    if (!builder.empty()) BARNABAS_TRY(send(partition, builder));
  return {};
}

Status BatchSender::send(std::int32_t partition, record::BatchBuilder& builder) {
  auto batch = builder.finish();
  if (!batch) return std::move(batch).status();
  Status failure;
  for (int attempt = 0; attempt <= settings_.retries; ++attempt) {
    if (attempt != 0) {
      client_.pause(settings_.retry_backoff_ms);
      BARNABAS_TRY(open());
    }
    std::string message;
    auto error = try_send(partition, *batch, message);
    if (error && *error == wire::ErrorCode::kNone) {
      builder.start({.codec = settings_.codec});
      if (settings_.partitioner != nullptr) {
        sdk::TopicView where = view_of(topic_);
        where.partition = partition;
        settings_.partitioner->batch_full(where);
      }
      sticky_partition_ = (sticky_partition_ + 1) % static_cast<std::int32_t>(topic_.partitions.size());
      return {};
    }
    failure = error ? Status::invalid(fmt::format("the records for {}-{} were refused: {}", settings_.topic, partition,
                                                  describe_error(*error, message)))
                    : std::move(error).status();
    if (error && !wire::is_retriable(*error)) break;
  }
  return failure;
}

Result<wire::ErrorCode> BatchSender::try_send(std::int32_t partition, sdk::Bytes batch, std::string& message) {
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
  const client::Target leader = client::Target::node(topic_.partitions[static_cast<std::size_t>(partition)].leader);
  if (settings_.acks == 0) {
    if (Status status = client_.send(leader, request); !status.ok()) return status;
    return wire::ErrorCode::kNone;
  }
  auto reply = client_.call<wire::ProduceResponse>(leader, request, kLastVersionWithNames);
  if (!reply) return std::move(reply).status();
  const auto& answer = reply->response.responses[0].partition_responses[0];
  message = answer.error_message.value_or("");
  for (const auto& record : answer.record_errors)
    if (record.batch_index_error_message) message = *record.batch_index_error_message;
  return answer.error_code;
}

}  // namespace barnabas::tools
