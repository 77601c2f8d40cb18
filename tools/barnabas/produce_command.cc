// barnabas produce / kafka-console-producer.sh: lines of standard input as records.
#include <fmt/format.h>
#include <poll.h>

#include <cstdio>
#include <iostream>

#include "tools/barnabas/batch_sender.h"
#include "tools/barnabas/codec_loader.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

bool input_is_waiting() {
  if (std::cin.rdbuf()->in_avail() > 0) return true;
  pollfd input{0, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

int failed(std::string_view message) {
  std::fprintf(stderr, "barnabas produce: %.*s\n", static_cast<int>(message.size()), message.data());
  return 1;
}

// key=value texts of --reader-property and its older name.
Result<std::map<std::string, std::string>> properties_of(const Options& options) {
  std::map<std::string, std::string> properties;
  for (const char* flag : {"property", "reader-property"})
    for (const std::string& text : options.texts(flag)) {
      const auto equals = text.find('=');
      if (equals == std::string::npos) return Status::invalid("'" + text + "' is not a property: name=value is");
      properties[text.substr(0, equals)] = text.substr(equals + 1);
    }
  if (options.has("property"))
    std::puts("Option --property is deprecated and will be removed in a future version. Use --reader-property instead.");
  return properties;
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

int run(const Options& options) {
  auto properties = properties_of(options);
  if (!properties) return failed(message_of(properties.status()));
  auto reader = LineReader::make(*properties);
  if (!reader) return failed(message_of(reader.status()));
  auto client = BlockingClient::make(options.text("bootstrap-server"), "console-producer");
  if (!client) return failed(message_of(client.status()));
  CodecLoader loader((*client)->env());
  auto codec = codec_of(options.text("compression-codec"), loader.load());
  if (!codec) return failed(message_of(codec.status()));

  SenderSettings settings;
  settings.topic = options.text("topic");
  settings.acks = static_cast<std::int16_t>(
      options.text("request-required-acks", "-1") == "all" ? -1 : std::atoi(options.text("request-required-acks", "-1").c_str()));
  settings.batch_bytes = options.number<std::size_t>("batch-size", settings.batch_bytes);
  settings.retries = options.number<int>("message-send-max-retries", settings.retries);
  settings.retry_backoff_ms = options.number<std::int64_t>("retry-backoff-ms", settings.retry_backoff_ms);
  settings.codec = *codec;
  PartitionerLoader partitioners((*client)->env());
  host::Handle<sdk::Partitioner> partitioner;
  if (options.has("partitioner")) {
    auto made = partitioners.make(options.text("partitioner"), options.texts("partitioner-property"));
    if (!made) return failed(message_of(made.status()));
    partitioner = *std::move(made);
    settings.partitioner = partitioner.get();
  }
  BatchSender sender(**client, std::move(settings));
  if (Status status = sender.open(); !status.ok()) return failed(message_of(status));

  sdk::Clock& clock = (*client)->env().clock();
  std::uint64_t line_number = 0;
  for (std::string line; std::getline(std::cin, line);) {
    auto record = reader->parse(std::move(line), ++line_number);
    if (!record) return failed(message_of(record.status()));
    if (Status status = sender.add(*record, clock.wall_ms()); !status.ok()) return failed(message_of(status));
    // Somebody who types wants each line to go at once; a file goes in full batches.
    if (options.has("sync") || !input_is_waiting())
      if (Status status = sender.flush(); !status.ok()) return failed(message_of(status));
  }
  if (Status status = sender.flush(); !status.ok()) return failed(message_of(status));
  return 0;
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
      "property", list(), "older name of --reader-property")("partitioner", po::value<std::string>(),
                                                             "a partitioner plugin; the key's murmur2 when left out")(
      "partitioner-property", list(), "an option of the partitioner, name=value");
  if (const auto code = options.parse(arguments)) return *code;
  for (const char* needed : {"bootstrap-server", "topic"})
    if (!options.has(needed)) return options.refuse(fmt::format("Missing required option(s) [{}]", needed));
  if (options.has("partitioner-property") && !options.has("partitioner"))
    return options.refuse("--partitioner-property needs --partitioner");
  return run(options);
}

}  // namespace barnabas::tools
