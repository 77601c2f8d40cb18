// barnabas consume / kafka-console-consumer.sh: prints records of a topic's partitions, from explicit offsets or as a member of a group.
#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <regex>

#include "tools/barnabas/client_plugins.h"
#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/codec_loader.h"
#include "tools/barnabas/consume/consumer.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/property_reader.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr Failure failed{"barnabas consume: "};
constexpr std::int64_t kRequestTimeoutMs = 30'000;
constexpr int kSignalled = 128;  // plus the signal: the exit code that shells know

Result<std::int64_t> offset_of(const Options& options, std::int64_t otherwise) {
  if (!options.has("offset")) return otherwise;
  const std::string text = options.text("offset");
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
  auto policy = parse_reset_policy(said("auto.offset.reset", "latest"));
  if (!policy) return std::move(policy).status();
  settings.reset = options.has("from-beginning") ? ResetPolicy{.to = kEarliest} : *policy;
  auto offset = offset_of(options, settings.reset.to);
  if (!offset) return std::move(offset).status();
  settings.offset = *offset;
  const PropertyReader reader(of_client);
  Status status = reader.flag("exclude.internal.topics", settings.excludes_internal);
  if (status.ok()) status = reader.flag("allow.auto.create.topics", settings.may_create);
  if (status.ok()) status = reader.number("metadata.max.age.ms", settings.metadata_max_age_ms, std::int64_t{0});
  if (!status.ok()) return status;
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
  const bool in_group = !options.has("partition") && (options.has("group") || of_client->contains("group.id"));
  auto group = group_settings(options.text("group"), *of_client);
  if (in_group && !group) return failed(message_of(group.status()));
  // The first signal ends it in order, with a commit and a word to the interceptors; the second at once.
  const bool ends_in_order = in_group || ClientPlugins::asks_for_any(options, *of_client);
  auto signalled = std::make_shared<std::atomic<int>>(0);
  const auto on_signal = [signalled](int signal) {
    if (signalled->exchange(signal) != 0) std::_Exit(kSignalled + signal);
  };
  const std::string& client_id = of_client->emplace("client.id", "console-consumer").first->second;
  auto client = BlockingClient::make(options.text("bootstrap-server"), client_id, kRequestTimeoutMs,
                                     ends_in_order ? on_signal : BlockingClient::OnSignal());
  if (!client) return failed(message_of(client.status()));
  CodecLoader loader((*client)->env());
  ClientPlugins plugins((*client)->env(), ClientPlugins::Side::kConsumer);
  if (Status status = plugins.make(options, *of_client); !status.ok()) return failed(message_of(status));
  std::unique_ptr<GroupReading> reading;
  if (in_group) {
    group->session.client.client_id = client_id;
    group->session.require_stable = settings->isolation == 1;  // --isolation-level may say it, too
    auto made = GroupReading::make(**client, options.text("bootstrap-server"), *std::move(group));
    if (!made) return failed(message_of(made.status()));
    reading = *std::move(made);
    reading->on_commit([&interceptors = plugins.interceptors()](const ReadPosition& position) {
      interceptors.on_commit(position.topic, position.partition, position.offset);
    });
  }
  Consumer consumer(**client, loader.load(), plugins.interceptors(), *std::move(printer), *std::move(settings));
  if (reading != nullptr) consumer.join(*reading);
  if (ends_in_order) consumer.stop_on(*signalled);
  const auto timeout_ms = options.number<std::int64_t>("timeout-ms", -1);
  Status status = consumer.open(timeout_ms);
  if (status.ok()) status = consumer.run(options.number<std::int64_t>("max-messages", -1), timeout_ms);
  consumer.close();
  // A timeout is how this tool is told to end, so it is not worth a failure once something was printed.
  if (!status.ok() && !consumer.timed_out()) failed(message_of(status));
  std::fprintf(stderr, "Processed a total of %lld messages\n", static_cast<long long>(consumer.printed()));
  if (*signalled != 0) return kSignalled + *signalled;
  return status.ok() || consumer.timed_out() ? 0 : 1;
}

}  // namespace

int consume_command(const Arguments& arguments) {
  Options options(
      "usage: barnabas consume --bootstrap-server HOST:PORT --topic TOPIC [--group GROUP | --partition N [--offset N|earliest|latest]] "
      "[OPTIONS]");
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
      "command-property", list(), "group.instance.id, auto.offset.reset, isolation.level, … as name=value")(
      "consumer-property", list(), "older name of --command-property")(
      "command-config", po::value<std::string>(), "file with client properties")("consumer.config", po::value<std::string>(),
                                                                                 "older name of --command-config")(
      "group", po::value<std::string>(), "read as a member of this group, and commit; without it all partitions, and nothing is kept");
  ClientPlugins::add_flags(options);
  if (const auto code = options.parse(arguments)) return *code;
  if (!options.has("bootstrap-server")) return options.refuse("Missing required option(s) [bootstrap-server]");
  if (options.has("topic") == options.has("include"))
    return options.refuse("Exactly one of the following arguments is required: [topic], [include]");
  if (options.has("partition") && !options.has("topic")) return options.refuse("The topic is required when partition is specified.");
  if (options.has("group") && options.has("partition")) return options.refuse("Options group and partition cannot be specified together.");
  if (options.has("offset") && !options.has("partition")) return options.refuse("The partition is required when offset is specified.");
  if (options.has("offset") && options.has("from-beginning"))
    return options.refuse("Options from-beginning and offset cannot be specified together.");
  return run(options);
}

}  // namespace barnabas::tools
