// barnabas consume / kafka-console-consumer.sh: prints records of a topic's partitions, from explicit offsets.
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <regex>

#include "kernel/record/record_reader.h"
#include "kernel/wire/messages/01_fetch.h"
#include "kernel/wire/messages/02_list_offsets.h"
#include "tools/barnabas/aborted_transactions.h"
#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/codec_loader.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/record_printer.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr std::int16_t kLastFetchWithNames = 12;
constexpr std::int32_t kFetchBytes = 4 << 20;
constexpr std::int32_t kMaxWaitMs = 500;
constexpr std::int64_t kLookupPauseMs = 100;
constexpr std::int64_t kLongLookupPauseMs = 1'000;
constexpr std::int64_t kLatest = -1;
constexpr std::int64_t kEarliest = -2;

constexpr Failure failed{"barnabas consume: "};

struct Position {
  std::string topic;
  std::int32_t partition = 0;
  std::int32_t leader = -1;
  std::int64_t offset = 0;
};

// What to read, and how.
struct ConsumerSettings {
  std::string topic;                      // or, when it is empty,
  std::string include;                    // a regular expression for topics
  std::optional<std::int32_t> partition;  // nothing: all
  std::int64_t offset = kLatest;          // where to begin
  std::int64_t reset_to = kLatest;        // where to go on when an offset does not exist, or does not any more
  std::int8_t isolation = 0;              // 1: committed transactions only
  bool skip_wrong = false;                // what a deserializer does not take is left out
  bool prints = true;
};

class Consumer {
 public:
  Consumer(BlockingClient& client, const record::Codecs& codecs, RecordPrinter printer, ConsumerSettings settings)
      : client_(client), printer_(std::move(printer)), settings_(std::move(settings)), reader_(codecs) {}

  // Finds the partitions. A topic that is not there is waited for: with auto.create.topics.enable the question makes it.
  Status open(std::int64_t timeout_ms);
  // Until `max_messages` were printed, or nothing came for `timeout_ms`; -1: no limit.
  Status run(std::int64_t max_messages, std::int64_t timeout_ms);
  std::int64_t printed() const { return printed_; }

 private:
  Result<std::int64_t> resolve(const Position& position, std::int64_t timestamp);
  Result<bool> fetch_from(std::int32_t leader);
  Status print(Position& position, sdk::Bytes octets, std::span<const wire::FetchResponse::AbortedTransaction> aborted);

  // The topics that are meant, with their partitions; none yet is no failure.
  Result<std::vector<TopicFacts>> look_up();
  Status write_out();

  BlockingClient& client_;
  RecordPrinter printer_;
  ConsumerSettings settings_;
  record::RecordReader reader_;
  std::vector<Position> positions_;
  std::int64_t left_ = -1;
  std::int64_t printed_ = 0;
  std::string out_;
};

Result<std::vector<TopicFacts>> Consumer::look_up() {
  const bool is_one = !settings_.topic.empty();
  auto cluster = is_one ? read_cluster(client_, std::vector<std::string>{settings_.topic}, true) : read_cluster(client_);
  if (!cluster) return std::move(cluster).status();
  std::vector<TopicFacts> topics;
  for (TopicFacts& topic : cluster->topics) {
    if (topic.error == wire::ErrorCode::kInvalidTopicException || topic.error == wire::ErrorCode::kTopicAuthorizationFailed)
      return Status::invalid(fmt::format("topic '{}' cannot be read: {}", topic.name, describe_error(topic.error)));
    if (topic.error != wire::ErrorCode::kNone) continue;
    if (is_one || std::regex_match(topic.name, std::regex(settings_.include))) topics.push_back(std::move(topic));
  }
  return topics;
}

Status Consumer::open(std::int64_t timeout_ms) {
  sdk::Clock& clock = client_.env().clock();
  const std::int64_t began_ns = clock.mono_ns();
  std::vector<TopicFacts> topics;
  for (bool said = false; topics.empty(); said = true) {
    auto found = look_up();
    if (!found) return std::move(found).status();
    topics = *std::move(found);
    if (!topics.empty()) break;
    const std::string& name = settings_.topic.empty() ? settings_.include : settings_.topic;
    if (timeout_ms >= 0 && clock.mono_ns() - began_ns >= timeout_ms * 1'000'000)
      return Status::not_found(fmt::format("topic '{}' does not exist", name));
    if (said) std::fprintf(stderr, "waiting for topic '%s', which does not exist yet\n", name.c_str());
    client_.pause(said ? kLongLookupPauseMs : kLookupPauseMs);
  }
  for (const TopicFacts& topic : topics) {
    for (const PartitionFacts& one : topic.partitions)
      if (!settings_.partition || one.index == *settings_.partition)
        positions_.push_back({topic.name, one.index, one.leader, settings_.offset});
    if (positions_.empty())
      return Status::not_found(
          fmt::format("topic '{}' has no partition {}: it has 0 to {}", topic.name, *settings_.partition, topic.partitions.size() - 1));
  }
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
  request.isolation_level = settings_.isolation;
  wire::ListOffsetsRequest::ListOffsetsPartition partition;
  partition.partition_index = position.partition;
  partition.timestamp = timestamp;
  wire::ListOffsetsRequest::ListOffsetsTopic topic;
  topic.name = position.topic;
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
  request.isolation_level = settings_.isolation;
  std::map<std::string_view, std::vector<wire::FetchRequest::FetchPartition>> by_topic;
  for (const Position& position : positions_) {
    if (position.leader != leader) continue;
    auto& partition = by_topic[position.topic].emplace_back();
    partition.partition = position.partition;
    partition.fetch_offset = position.offset;
    partition.partition_max_bytes = kFetchBytes / 4;
  }
  std::vector<wire::FetchRequest::FetchTopic> topics;
  for (auto& [name, partitions] : by_topic) {
    auto& topic = topics.emplace_back();
    topic.topic = name;
    topic.partitions = partitions;
  }
  request.topics = topics;
  auto reply = client_.call<wire::FetchResponse>(client::Target::node(leader), request, kLastFetchWithNames);
  if (!reply) return std::move(reply).status();
  if (reply->response.error_code != wire::ErrorCode::kNone) return Status::invalid(describe_error(reply->response.error_code));
  const std::int64_t before = printed_;
  for (const auto& answer : reply->response.responses)
    for (const auto& partition : answer.partitions) {
      for (Position& position : positions_) {
        if (position.partition != partition.partition_index || position.topic != answer.topic) continue;
        if (partition.error_code == wire::ErrorCode::kOffsetOutOfRange) {
          auto found = resolve(position, settings_.reset_to);
          if (!found) return std::move(found).status();
          std::fprintf(stderr, "%s-%d has no offset %lld; going on from %lld\n", position.topic.c_str(), position.partition,
                       static_cast<long long>(position.offset), static_cast<long long>(*found));
          position.offset = *found;
          continue;
        }
        if (partition.error_code != wire::ErrorCode::kNone)
          return Status::invalid(fmt::format("{}-{}: {}", position.topic, position.partition, describe_error(partition.error_code)));
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
  AbortedTransactions not_committed(aborted);
  for (record::BatchView batch; left_ != 0 && batches.next(batch);) {
    if (!batch.crc_valid())
      return Status::corrupt(
          fmt::format("{}-{}: the batch at offset {} has a wrong checksum", position.topic, position.partition, batch.base_offset()));
    const auto left_out = not_committed.leaves_out(batch, reader_);
    if (!left_out) return left_out.status().copy();
    if (batch.last_offset() < position.offset) continue;
    if (!batch.control() && !*left_out) {
      BARNABAS_TRY(reader_.open(batch));
      for (record::RecordView record; left_ != 0 && reader_.next(record);) {
        if (record.offset < position.offset) continue;
        if (Status status = printer_.check(record); !status.ok()) {
          if (!settings_.skip_wrong) return write_out().ok() ? std::move(status) : write_out();
          std::fprintf(stderr, "%s-%d: %s; left out\n", position.topic.c_str(), position.partition,
                       std::string(message_of(status)).c_str());
          continue;
        }
        if (settings_.prints) printer_.print(position.partition, batch, record, out_);
        ++printed_;
        if (left_ > 0) --left_;
      }
      BARNABAS_TRY(reader_.take_status());
    }
    position.offset = batch.last_offset() + 1;
  }
  BARNABAS_TRY(write_out());
  return batches.status().copy();
}

Status Consumer::write_out() {
  const bool arrived = std::fwrite(out_.data(), 1, out_.size(), stdout) == out_.size() && std::fflush(stdout) == 0;
  out_.clear();
  return arrived ? Status() : Status::invalid("Unable to write to standard out, closing consumer.");
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

Result<std::int64_t> offset_of(const Options& options, std::int64_t otherwise) {
  const std::string text = options.text("offset", otherwise == kEarliest ? "earliest" : "latest");
  if (text == "earliest") return kEarliest;
  if (text == "latest") return kLatest;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos || text.size() > 18)
    return Status::invalid(
        fmt::format("The provided offset value '{}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.", text));
  return std::stoll(text);
}

// --key-deserializer and --value-deserializer are the formatter's properties by shorter names.
Result<RecordPrinter> printer_of(const Options& options) {
  auto properties = read_properties(options, {"formatter-config", nullptr, "formatter-property", "property"});
  if (!properties) return std::move(properties).status();
  for (const char* side : {"key", "value"})
    if (const std::string flag = fmt::format("{}-deserializer", side); options.has(flag))
      (*properties)[fmt::format("{}.deserializer", side)] = options.text(flag);
  return RecordPrinter::make(*properties);
}

Result<ConsumerSettings> settings_of(const Options& options, const Properties& of_client) {
  const auto said = [&](const char* property, const char* otherwise) {
    const auto found = of_client.find(property);
    return found == of_client.end() ? std::string(otherwise) : found->second;
  };
  ConsumerSettings settings;
  settings.topic = options.text("topic");
  settings.include = options.text("include");
  try {
    std::regex expression(settings.include);
  } catch (const std::regex_error&) {
    return Status::invalid(settings.include + " is an invalid regex.");
  }
  if (options.has("partition")) settings.partition = options.number<std::int32_t>("partition", 0);
  const std::string isolation = options.text("isolation-level", said("isolation.level", "read_uncommitted"));
  if (isolation != "read_committed" && isolation != "read_uncommitted")
    return Status::invalid("Invalid value " + isolation +
                           " for configuration isolation.level: String must be one of: read_committed, read_uncommitted");
  settings.isolation = isolation == "read_committed" ? 1 : 0;
  settings.reset_to = options.has("from-beginning") || said("auto.offset.reset", "latest") == "earliest" ? kEarliest : kLatest;
  auto offset = offset_of(options, settings.reset_to);
  if (!offset) return std::move(offset).status();
  settings.offset = *offset;
  settings.skip_wrong = options.has("skip-message-on-error");
  const std::string formatter = options.text("formatter", "DefaultMessageFormatter");
  settings.prints = !formatter.ends_with("NoOpMessageFormatter");
  if (settings.prints && !formatter.ends_with("DefaultMessageFormatter"))
    return Status::invalid("--formatter cannot load Java classes: DefaultMessageFormatter and NoOpMessageFormatter are built in");
  return settings;
}

int run(const Options& options) {
  auto printer = printer_of(options);
  if (!printer) return failed(message_of(printer.status()));
  auto of_client = read_properties(options, {"command-config", "consumer.config", "command-property", "consumer-property"});
  if (!of_client) return failed(message_of(of_client.status()));
  if (Status status = check_client_properties(*of_client); !status.ok()) return failed(message_of(status));
  auto settings = settings_of(options, *of_client);
  if (!settings) return failed(message_of(settings.status()));
  auto client = BlockingClient::make(options.text("bootstrap-server"), of_client->emplace("client.id", "console-consumer").first->second);
  if (!client) return failed(message_of(client.status()));
  CodecLoader loader((*client)->env());
  Consumer consumer(**client, loader.load(), *std::move(printer), *std::move(settings));
  const auto timeout_ms = options.number<std::int64_t>("timeout-ms", -1);
  Status status = consumer.open(timeout_ms);
  if (status.ok()) status = consumer.run(options.number<std::int64_t>("max-messages", -1), timeout_ms);
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
      "topic", po::value<std::string>(), "what to read")("include", po::value<std::string>(), "or a regular expression for topics")(
      "partition", po::value<std::int32_t>(), "this partition only; all without it")(
      "offset", po::value<std::string>(), "where to begin: N, earliest or latest")("from-beginning", "as --offset earliest")(
      "max-messages", po::value<std::int64_t>(), "end after so many")(
      "timeout-ms", po::value<std::int64_t>(), "end when nothing came for so long")("isolation-level", po::value<std::string>(),
                                                                                    "read_uncommitted or read_committed")(
      "formatter-property", list(), "print.key=true, key.separator=: and so on")("property", list(), "older name of --formatter-property")(
      "formatter-config", po::value<std::string>(), "file with formatter properties")(
      "formatter", po::value<std::string>(), "DefaultMessageFormatter or NoOpMessageFormatter, with or without their package")(
      "key-deserializer", po::value<std::string>(), "String, ByteArray, Long, Integer or ShortDeserializer")(
      "value-deserializer", po::value<std::string>(), "the same for values")("skip-message-on-error",
                                                                             "leave out what a deserializer does not take")(
      "command-property", list(), "auto.offset.reset, isolation.level or client.id, name=value")(
      "consumer-property", list(), "older name of --command-property")("command-config", po::value<std::string>(),
                                                                       "file with client properties")(
      "consumer.config", po::value<std::string>(), "older name of --command-config")("group", po::value<std::string>(),
                                                                                     "refused: there are no consumer groups yet");
  if (const auto code = options.parse(arguments)) return *code;
  if (!options.has("bootstrap-server")) return options.refuse("Missing required option(s) [bootstrap-server]");
  if (options.has("topic") == options.has("include"))
    return options.refuse("Exactly one of the following arguments is required: [topic], [include]");
  if (options.has("partition") && !options.has("topic")) return options.refuse("The topic is required when partition is specified.");
  if (options.has("group") && options.has("partition")) return options.refuse("Options group and partition cannot be specified together.");
  if (options.has("group"))
    return options.refuse("--group needs consumer groups, which this version does not have yet; without it all partitions are read");
  if (options.has("offset") && !options.has("partition")) return options.refuse("The partition is required when offset is specified.");
  if (options.has("offset") && options.has("from-beginning"))
    return options.refuse("Options from-beginning and offset cannot be specified together.");
  return run(options);
}

}  // namespace barnabas::tools
