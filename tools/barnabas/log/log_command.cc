// barnabas log dump / kafka-dump-log.sh: prints files of a log directory, ours or Apache Kafka's.
#include <fmt/format.h>

#include <cstdio>

#include "kernel/io/real_env.h"
#include "tools/barnabas/codec_loader.h"
#include "tools/barnabas/log/log_dump.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

// Every flag of Kafka's tool that this one understands.
DumpSettings settings_of(const Options& options) {
  DumpSettings settings;
  settings.deep = options.has("deep-iteration");
  settings.payload = options.has("print-data-log");
  settings.metadata_payload = options.has("cluster-metadata-decoder");
  settings.record_metadata = !options.has("skip-record-metadata");
  settings.max_bytes = options.number<std::uint64_t>("max-bytes", settings.max_bytes);
  settings.index_sanity_check = options.has("index-sanity-check");
  settings.verify_index_only = options.has("verify-index-only");
  return settings;
}

}  // namespace

int log_command(const Arguments& arguments) {
  Options options("usage: barnabas log dump --files FILE,FILE… [OPTIONS]");
  options.add()("files", po::value<std::string>(),
                ".log, .index, .timeindex, .txnindex, .snapshot and .checkpoint files, commas between them")(
      "deep-iteration", "records too, not only batches")("print-data-log", "keys and values too")(
      "cluster-metadata-decoder", "values are metadata records")("skip-record-metadata", "only keys and values of records")(
      "max-bytes", po::value<std::uint64_t>(), "no more of a log than this")("max-message-size", po::value<std::int32_t>(),
                                                                             "taken and not needed: batches may have any size")(
      "key-decoder-class", po::value<std::string>()->implicit_value("StringDecoder"), "only StringDecoder, the default")(
      "value-decoder-class", po::value<std::string>()->implicit_value("StringDecoder"), "only StringDecoder, the default")(
      "index-sanity-check", "check indexes instead of printing them")("verify-index-only", "check indexes against the log beside them");
  if (arguments.empty() || arguments[0] != "dump") return options.refuse("barnabas log has one command: dump");
  if (const auto code = options.parse({arguments.begin() + 1, arguments.end()})) return *code;
  if (!options.has("files")) return options.refuse("Missing required argument \"[files]\"");
  for (const char* flag : {"key-decoder-class", "value-decoder-class"})
    if (!options.text(flag, "StringDecoder").ends_with("StringDecoder"))
      return options.refuse(fmt::format("--{} cannot load Java classes: only StringDecoder, the default, is built in", flag));
  auto env = io::make_env({.loops = 1, .log_level = sdk::LogLevel::kWarn});
  if (!env) return 1;
  CodecLoader loader(**env);
  const std::string files = options.text("files");
  for (std::size_t at = 0; at < files.size();) {
    const auto comma = std::min(files.find(',', at), files.size());
    const std::string file = files.substr(at, comma - at);
    if (Status status = dump_file(file, settings_of(options), loader.load()); !status.ok()) {
      std::fflush(stdout);
      std::fprintf(stderr, "%s: %s\n", file.c_str(), std::string(message_of(status)).c_str());
      return 1;
    }
    at = comma + 1;
  }
  return 0;
}

}  // namespace barnabas::tools
