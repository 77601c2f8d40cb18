// barnabas produce / kafka-console-producer.sh: lines of standard input as records.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "tools/barnabas/client_plugins.h"
#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/codec_loader.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/produce/batch_sender.h"
#include "tools/barnabas/produce/input_lines.h"
#include "tools/barnabas/property_reader.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr std::int64_t kRequestTimeoutMs = 30'000;
constexpr int kSignalled = 128;  // plus the signal: the exit code that shells know

constexpr Failure failed{"barnabas produce: "};

Result<std::int16_t> acks_of(const std::string& text) {
  if (text == "all" || text == "-1") return static_cast<std::int16_t>(-1);
  if (text == "0" || text == "1") return static_cast<std::int16_t>(text[0] - '0');
  return Status::invalid("Invalid value " + text + " for configuration acks: String must be one of: all, -1, 0, 1");
}

// Kafka's default, where the other settings allow it; who asks for it hears what does not.
Result<bool> idempotence_of(const Properties& properties, std::int16_t acks, int retries) {
  bool wanted = true;
  BARNABAS_TRY(PropertyReader(properties).flag("enable.idempotence", wanted));
  const bool asked = wanted && properties.contains("enable.idempotence");
  if (asked && retries == 0) return Status::invalid("Must set retries to non-zero when using the idempotent producer.");
  if (asked && acks != -1)
    return Status::invalid("Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.");
  return wanted && acks == -1 && retries > 0;
}

// What a client property says where no flag does.
std::string said(const Options& options, const char* flag, const Properties& properties, const std::string& property,
                 const std::string& otherwise) {
  const auto found = properties.find(property);
  return options.text(flag, found == properties.end() ? otherwise : found->second);
}

Result<sdk::Codec*> codec_of(const std::string& name, const record::Codecs& codecs) {
  if (name.empty() || name == "none") return static_cast<sdk::Codec*>(nullptr);
  for (std::int8_t codec = record::kCodecGzip; codec <= record::kCodecZstd; ++codec)
    if (record::codec_name(codec) == name) {
      if (sdk::Codec* found = codecs.find(codec)) return found;
      return Status::not_found("the codec plugin '" + name + "' is not installed");
    }
  return Status::invalid("'" + name + "' is no codec: none, gzip, snappy, lz4 and zstd are");
}

// Sends every line; how many of them the interceptors refused.
Result<std::uint64_t> send_lines(InputLines& lines, const LineReader& reader, BatchSender& sender, sdk::Clock& clock, bool each_by_itself) {
  std::uint64_t line_number = 0;
  std::uint64_t refused = 0;
  for (std::string line;;) {
    const auto found = lines.next(line);
    if (found && !*found) break;
    auto record = found ? reader.parse(std::move(line), ++line_number) : found.status().copy();
    if (!record) {
      BARNABAS_TRY(sender.flush());  // what came before it
      return std::move(record).status();
    }
    const std::int64_t now_ms = clock.wall_ms();
    if (Status status = sender.intercept(*record, now_ms); !status.ok()) {
      ++refused;
      failed(fmt::format("line {} is not sent: {}", line_number, message_of(status)));
    } else {
      Status added = sender.add(*record, now_ms);
      if (!added.ok()) {
        // What the other partitions have goes all the same; the first failure is the one that is told.
        (void)sender.flush();
        return added;
      }
    }
    // Somebody who types wants each line to go at once; a file goes in full batches.
    if (each_by_itself || !lines.has_more()) BARNABAS_TRY(sender.flush());
  }
  BARNABAS_TRY(sender.flush());
  return refused;
}

int run(const Options& options) {
  auto properties = read_properties(options, {"reader-config", nullptr, "reader-property", "property"}, "Warning:");
  if (!properties) return failed(message_of(properties.status()));
  auto reader = LineReader::make(*properties);
  if (!reader) return failed(message_of(reader.status()));
  auto of_client = read_properties(options, {"command-config", "producer.config", "command-property", "producer-property"}, "Warning:");
  if (!of_client) return failed(message_of(of_client.status()));
  if (Status status = check_client_properties(*of_client); !status.ok()) return failed(message_of(status));
  auto acks = acks_of(said(options, "request-required-acks", *of_client, "acks", "-1"));
  if (!acks) return failed(message_of(acks.status()));
  // With interceptors the first signal is an end like that of the input, so that they hear of it; the second ends it at once.
  InputLines lines(STDIN_FILENO);
  std::atomic<int> signalled = 0;
  const auto on_signal = [&](int signal) {
    if (signalled.exchange(signal) != 0) std::_Exit(kSignalled + signal);
    lines.stop();
  };
  const std::string& client_id = of_client->emplace("client.id", "console-producer").first->second;
  auto client = BlockingClient::make(options.text("bootstrap-server"), client_id, kRequestTimeoutMs,
                                     ClientPlugins::asks_for_any(options, *of_client) ? on_signal : BlockingClient::OnSignal());
  if (!client) return failed(message_of(client.status()));
  CodecLoader loader((*client)->env());
  auto codec = codec_of(said(options, "compression-codec", *of_client, "compression.type", "none"), loader.load());
  if (!codec) return failed(message_of(codec.status()));

  SenderSettings settings;
  settings.topic = options.text("topic");
  settings.acks = *acks;
  settings.batch_bytes =
      options.number<std::size_t>("batch-size", options.number<std::size_t>("max-partition-memory-bytes", settings.batch_bytes));
  settings.timeout_ms = options.number<std::int32_t>("request-timeout-ms", settings.timeout_ms);
  settings.retry_backoff_ms = options.number<std::int64_t>("retry-backoff-ms", settings.retry_backoff_ms);
  settings.codec = *codec;
  settings.codecs = &loader.load();
  const PropertyReader numbers(*of_client);
  Status status = numbers.number("delivery.timeout.ms", settings.delivery_timeout_ms, std::int64_t{0});
  if (status.ok()) status = numbers.number("retries", settings.retries, 0);
  if (status.ok()) status = numbers.number("metadata.max.age.ms", settings.metadata_max_age_ms, std::int64_t{0});
  if (!status.ok()) return failed(message_of(status));
  settings.retries = options.number<int>("message-send-max-retries", settings.retries);
  settings.metadata_max_age_ms = options.number<std::int64_t>("metadata-expiry-ms", settings.metadata_max_age_ms);
  auto idempotent = idempotence_of(*of_client, settings.acks, settings.retries);
  if (!idempotent) return failed(message_of(idempotent.status()));
  settings.idempotent = *idempotent;
  ClientPlugins plugins((*client)->env(), ClientPlugins::Side::kProducer);
  if (Status status = plugins.make(options, *of_client); !status.ok()) return failed(message_of(status));
  auto partitioner = plugins.partitioner(options, *of_client, settings.batch_bytes);
  if (!partitioner) return failed(message_of(partitioner.status()));
  settings.partitioner = *partitioner;
  BatchSender sender(**client, plugins.interceptors(), std::move(settings));
  if (Status status = sender.open(); !status.ok()) return failed(message_of(status));
  auto refused = send_lines(lines, *reader, sender, (*client)->env().clock(), options.has("sync"));
  if (!refused) return failed(message_of(refused.status()));
  if (signalled != 0) return kSignalled + signalled;
  return *refused == 0 ? 0 : 1;
}

}  // namespace

int produce_command(const Arguments& arguments) {
  Options options("usage: barnabas produce --bootstrap-server HOST:PORT --topic TOPIC [OPTIONS]");
  const auto list = [] { return po::value<std::vector<std::string>>()->composing(); };
  options.add()("bootstrap-server", po::value<std::string>(), "brokers to ask, host:port,…")(
      "topic", po::value<std::string>(), "where the records go")("sync", "each line by itself")(
      "compression-codec", po::value<std::string>()->implicit_value("gzip"), "none, gzip, snappy, lz4 or zstd; gzip when bare")(
      "batch-size", po::value<std::size_t>(), "octets of a batch, 16384")(
      "request-required-acks", po::value<std::string>(), "0, 1 or -1 (all)")("message-send-max-retries", po::value<int>(), "3")(
      "retry-backoff-ms", po::value<std::int64_t>(), "100")("reader-property", list(), "parse.key=true, key.separator=: and so on")(
      "property", list(), "older name of --reader-property")("reader-config", po::value<std::string>(), "file with reader properties")(
      "command-property", list(),
      "acks, client.id, compression.type, delivery.timeout.ms, enable.idempotence, metadata.max.age.ms, partitioner.class, retries or "
      "interceptor.classes, name=value")("producer-property", list(), "older name of --command-property")(
      "command-config", po::value<std::string>(), "file with client properties")(
      "producer.config", po::value<std::string>(), "older name of --command-config")("request-timeout-ms", po::value<std::int32_t>(),
                                                                                     "how long a broker may wait for replicas, 30000")(
      "max-partition-memory-bytes", po::value<std::size_t>(), "older name of --batch-size")(
      "line-reader", po::value<std::string>(), "only org.apache.kafka.tools.LineMessageReader")(
      "timeout", po::value<std::int64_t>(), "taken and not needed: lines go as soon as no more input waits")(
      "max-block-ms", po::value<std::int64_t>(), "taken and not needed")("max-memory-bytes", po::value<std::int64_t>(),
                                                                         "taken and not needed: one request is on its way at a time")(
      "metadata-expiry-ms", po::value<std::int64_t>(), "after so long new partitions are looked for, 300000")(
      "socket-buffer-size", po::value<std::int32_t>(), "taken and not needed: the system finds it")(
      "partitioner", po::value<std::string>(), "a partitioner plugin, or the file of one; the plugin default when left out")(
      "partitioner-property", list(), "an option of the partitioner, name=value; once for each item of a list");
  ClientPlugins::add_flags(options);
  if (const auto code = options.parse(arguments)) return *code;
  for (const char* needed : {"bootstrap-server", "topic"})
    if (!options.has(needed)) return options.refuse(fmt::format("Missing required option(s) [{}]", needed));
  if (!options.text("line-reader", "LineMessageReader").ends_with("LineMessageReader"))
    return options.refuse(
        "--line-reader cannot load Java classes: only org.apache.kafka.tools.LineMessageReader, the default, is built in");
  if (options.has("partitioner-property") && !options.has("partitioner"))
    return options.refuse("--partitioner-property needs --partitioner");
  return run(options);
}

}  // namespace barnabas::tools
