// barnabas consume / kafka-console-consumer.sh: prints records of a topic's partitions, from explicit offsets.
#include <fmt/format.h>

#include <cstdio>

#include "kernel/record/record_reader.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/02_list_offsets.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/codec_loader.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/record_printer.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr std::int16_t kLastFetchWithNames = 12;
constexpr std::int32_t kFetchBytes = 4 << 20;
constexpr std::int32_t kMaxWaitMs = 500;
constexpr std::int64_t kLatest = -1;
constexpr std::int64_t kEarliest = -2;

int failed(std::string_view message) {
  std::fprintf(stderr, "barnabas consume: %.*s\n", static_cast<int>(message.size()), message.data());
  return 1;
}

struct Position {
  std::int32_t partition = 0;
  std::int32_t leader = -1;
  std::int64_t offset = 0;
};

class Consumer {
 public:
  Consumer(BlockingClient& client, const record::Codecs& codecs, RecordPrinter printer, std::string topic)
      : client_(client), printer_(std::move(printer)), topic_(std::move(topic)), reader_(codecs) {}

  Status open(std::optional<std::int32_t> partition, std::int64_t offset, std::int8_t isolation);
  // Until `max_messages` were printed, or nothing came for `timeout_ms`; -1: no limit.
  Status run(std::int64_t max_messages, std::int64_t timeout_ms);
  std::int64_t printed() const { return printed_; }

 private:
  Result<std::int64_t> resolve(const Position& position, std::int64_t timestamp);
  Result<bool> fetch_from(std::int32_t leader);
  Status print(Position& position, sdk::Bytes octets, std::span<const wire::FetchResponse::AbortedTransaction> aborted);

  BlockingClient& client_;
  RecordPrinter printer_;
  std::string topic_;
  record::RecordReader reader_;
  std::vector<Position> positions_;
  std::int8_t isolation_ = 0;
  std::int64_t left_ = -1;
  std::int64_t printed_ = 0;
  std::string out_;
};

Status Consumer::open(std::optional<std::int32_t> partition, std::int64_t offset, std::int8_t isolation) {
  isolation_ = isolation;
  auto cluster = read_cluster(client_, std::vector<std::string>{topic_});
  if (!cluster) return std::move(cluster).status();
  const TopicFacts* topic = cluster->find(topic_);
  if (topic == nullptr || topic->error != wire::ErrorCode::kNone)
    return Status::not_found(fmt::format("topic '{}' cannot be read: {}", topic_,
                                         describe_error(topic == nullptr ? wire::ErrorCode::kUnknownTopicOrPartition : topic->error)));
  for (const PartitionFacts& one : topic->partitions)
    if (!partition || one.index == *partition) positions_.push_back({one.index, one.leader, offset});
  if (positions_.empty())
    return Status::not_found(
        fmt::format("topic '{}' has no partition {}: it has 0 to {}", topic_, *partition, topic->partitions.size() - 1));
  for (Position& position : positions_) {
    if (position.offset >= 0) continue;
    auto found = resolve(position, position.offset);
    if (!found) return std::move(found).status();
    position.offset = *found;
  }
  return {};
}

Result<std::int64_t> Consumer::resolve(const Position& position, std::int64_t timestamp) {
  wire::ListOffsetsRequest request;
  request.replica_id = -1;
  request.isolation_level = isolation_;
  wire::ListOffsetsRequest::ListOffsetsPartition partition;
  partition.partition_index = position.partition;
  partition.timestamp = timestamp;
  wire::ListOffsetsRequest::ListOffsetsTopic topic;
  topic.name = topic_;
  topic.partitions = std::span(&partition, 1);
  request.topics = std::span(&topic, 1);
  auto reply = client_.call<wire::ListOffsetsResponse>(client::Target::node(position.leader), request);
  if (!reply) return std::move(reply).status();
  const auto& answer = reply->response.topics[0].partitions[0];
  if (answer.error_code != wire::ErrorCode::kNone) return Status::invalid(describe_error(answer.error_code));
  return answer.offset;
}

Result<bool> Consumer::fetch_from(std::int32_t leader) {
  wire::FetchRequest request;
  request.max_wait_ms = kMaxWaitMs;
  request.min_bytes = 1;
  request.max_bytes = kFetchBytes;
  request.isolation_level = isolation_;
  std::vector<wire::FetchRequest::FetchPartition> partitions;
  for (const Position& position : positions_) {
    if (position.leader != leader) continue;
    auto& partition = partitions.emplace_back();
    partition.partition = position.partition;
    partition.fetch_offset = position.offset;
    partition.partition_max_bytes = kFetchBytes / 4;
  }
  wire::FetchRequest::FetchTopic topic;
  topic.topic = topic_;
  topic.partitions = partitions;
  request.topics = std::span(&topic, 1);
  auto reply = client_.call<wire::FetchResponse>(client::Target::node(leader), request, kLastFetchWithNames);
  if (!reply) return std::move(reply).status();
  if (reply->response.error_code != wire::ErrorCode::kNone) return Status::invalid(describe_error(reply->response.error_code));
  const std::int64_t before = printed_;
  for (const auto& answer : reply->response.responses)
    for (const auto& partition : answer.partitions) {
      if (partition.error_code != wire::ErrorCode::kNone)
        return Status::invalid(fmt::format("{}-{}: {}", topic_, partition.partition_index, describe_error(partition.error_code)));
      for (Position& position : positions_) {
        if (position.partition != partition.partition_index) continue;
        const auto aborted = partition.aborted_transactions
                                 ? std::span<const wire::FetchResponse::AbortedTransaction>(*partition.aborted_transactions)
                                 : std::span<const wire::FetchResponse::AbortedTransaction>();
        if (Status status = print(position, partition.records.bytes, aborted); !status.ok()) return status;
      }
    }
  return printed_ != before;
}

Status Consumer::print(Position& position, sdk::Bytes octets, std::span<const wire::FetchResponse::AbortedTransaction> aborted) {
  record::BatchReader batches(octets);
  for (record::BatchView batch; left_ != 0 && batches.next(batch);) {
    if (batch.last_offset() < position.offset) continue;
    if (!batch.crc_valid())
      return Status::corrupt(
          fmt::format("{}-{}: the batch at offset {} has a wrong checksum", topic_, position.partition, batch.base_offset()));
    const bool is_aborted = batch.transactional() && std::any_of(aborted.begin(), aborted.end(), [&](const auto& one) {
                              return one.producer_id == batch.producer_id() && one.first_offset <= batch.last_offset();
                            });
    if (!batch.control() && !is_aborted) {
      BARNABAS_TRY(reader_.open(batch));
      for (record::RecordView record; left_ != 0 && reader_.next(record);) {
        if (record.offset < position.offset) continue;
        printer_.print(position.partition, batch, record, out_);
        ++printed_;
        if (left_ > 0) --left_;
      }
      BARNABAS_TRY(reader_.take_status());
    }
    position.offset = batch.last_offset() + 1;
  }
  std::fwrite(out_.data(), 1, out_.size(), stdout);
  std::fflush(stdout);
  out_.clear();
  return batches.status().copy();
}

Status Consumer::run(std::int64_t max_messages, std::int64_t timeout_ms) {
  left_ = max_messages;
  sdk::Clock& clock = client_.env().clock();
  std::int64_t last_ns = clock.mono_ns();
  while (left_ != 0) {
    std::vector<std::int32_t> leaders;
    for (const Position& position : positions_)
      if (std::find(leaders.begin(), leaders.end(), position.leader) == leaders.end()) leaders.push_back(position.leader);
    bool any = false;
    for (const std::int32_t leader : leaders) {
      auto got = fetch_from(leader);
      if (!got) return std::move(got).status();
      any |= *got;
    }
    if (any) last_ns = clock.mono_ns();
    if (timeout_ms >= 0 && clock.mono_ns() - last_ns >= timeout_ms * 1'000'000)
      return Status::unavailable(fmt::format("no record came for {} ms", timeout_ms));
  }
  return {};
}

Result<std::int64_t> offset_of(const Options& options) {
  const std::string text = options.text("offset", options.has("from-beginning") ? "earliest" : "latest");
  if (text == "earliest") return kEarliest;
  if (text == "latest") return kLatest;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos || text.size() > 18)
    return Status::invalid(
        fmt::format("The provided offset value '{}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.", text));
  return std::stoll(text);
}

Result<std::map<std::string, std::string>> properties_of(const Options& options) {
  std::map<std::string, std::string> properties;
  for (const char* flag : {"property", "formatter-property"})
    for (const std::string& text : options.texts(flag)) {
      const auto equals = text.find('=');
      if (equals == std::string::npos) return Status::invalid("'" + text + "' is not a property: name=value is");
      properties[text.substr(0, equals)] = text.substr(equals + 1);
    }
  if (options.has("property"))
    std::puts("Option --property is deprecated and will be removed in a future version. Use --formatter-property instead.");
  return properties;
}

int run(const Options& options) {
  auto properties = properties_of(options);
  if (!properties) return failed(message_of(properties.status()));
  auto printer = RecordPrinter::make(*properties);
  if (!printer) return failed(message_of(printer.status()));
  auto offset = offset_of(options);
  if (!offset) return failed(message_of(offset.status()));
  auto client = BlockingClient::make(options.text("bootstrap-server"), "console-consumer");
  if (!client) return failed(message_of(client.status()));
  CodecLoader loader((*client)->env());
  Consumer consumer(**client, loader.load(), *std::move(printer), options.text("topic"));
  const std::int8_t isolation = options.text("isolation-level") == "read_committed" ? 1 : 0;
  const auto partition =
      options.has("partition") ? std::optional<std::int32_t>(options.number<std::int32_t>("partition", 0)) : std::nullopt;
  Status status = consumer.open(partition, *offset, isolation);
  if (status.ok()) status = consumer.run(options.number<std::int64_t>("max-messages", -1), options.number<std::int64_t>("timeout-ms", -1));
  // A timeout is how this tool is told to end, so it is not worth a failure once something was printed.
  const bool timed_out = status.code() == Code::kUnavailable && options.has("timeout-ms");
  if (!status.ok() && !timed_out) failed(message_of(status));
  std::fprintf(stderr, "Processed a total of %lld messages\n", static_cast<long long>(consumer.printed()));
  return status.ok() || timed_out ? 0 : 1;
}

}  // namespace

int consume_command(const Arguments& arguments) {
  Options options(
      "usage: barnabas consume --bootstrap-server HOST:PORT --topic TOPIC [--partition N] [--offset N|earliest|latest] [OPTIONS]");
  const auto list = [] { return po::value<std::vector<std::string>>()->composing(); };
  options.add()("bootstrap-server", po::value<std::string>(), "brokers to ask, host:port,…")(
      "topic", po::value<std::string>(), "what to read")("partition", po::value<std::int32_t>(), "this partition only; all without it")(
      "offset", po::value<std::string>(), "where to begin: N, earliest or latest")("from-beginning", "as --offset earliest")(
      "max-messages", po::value<std::int64_t>(), "end after so many")(
      "timeout-ms", po::value<std::int64_t>(), "end when nothing came for so long")("isolation-level", po::value<std::string>(),
                                                                                    "read_uncommitted or read_committed")(
      "formatter-property", list(), "print.key=true, key.separator=: and so on")("property", list(), "older name of --formatter-property");
  if (const auto code = options.parse(arguments)) return *code;
  for (const char* needed : {"bootstrap-server", "topic"})
    if (!options.has(needed)) return options.refuse(fmt::format("Missing required option(s) [{}]", needed));
  if (options.has("offset") && !options.has("partition")) return options.refuse("The partition is required when offset is specified.");
  if (options.has("offset") && options.has("from-beginning"))
    return options.refuse("Options from-beginning and offset cannot be specified together.");
  return run(options);
}

}  // namespace barnabas::tools
