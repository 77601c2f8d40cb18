#include "tools/barnabas/client_plugins.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "kernel/config/kafka_keys.h"
#include "tools/barnabas/assembly.h"
#include "tools/barnabas/plugin_settings.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

std::string kind_name(sdk::Text kind) { return std::string(kind); }

// What Kafka's own partitioners are called here, with the option that makes them so.
struct KafkasPartitioner {
  const char* id;
  std::vector<std::string> properties;
};
const std::map<std::string, KafkasPartitioner>& kafkas_partitioners() {
  static const std::map<std::string, KafkasPartitioner> all{
      {"org.apache.kafka.clients.producer.RoundRobinPartitioner", {"round_robin", {}}},
      {"org.apache.kafka.clients.producer.UniformStickyPartitioner", {"default", {"ignore_keys=true"}}},
      {"org.apache.kafka.clients.producer.internals.DefaultPartitioner", {"default", {}}}};
  return all;
}

bool is_java_class(const std::string& name) { return !names_a_file(name) && name.find('.') != std::string::npos; }

Status refuse_class(const char* property, const std::string& name, sdk::Text kind, const host::Registry& registry) {
  return Status::unsupported(
      fmt::format("{}: '{}' is a Java class, which cannot be loaded here; there is the {} {}, or name the file of one", property, name,
                  kind_name(kind), config::listed(registry.ids(kind_name(kind)))));
}

}  // namespace

ClientPlugins::ClientPlugins(base::Env& env, Side side)
    : env_(env), side_(side), interceptors_(env.clock(), [&env](sdk::LogLevel level, std::string_view line) { env.log(level, line); }) {
  registry_.scan(host::installed_plugins());
}

void ClientPlugins::add_flags(Options& options) {
  options.add()("config", po::value<std::string>(), "YAML file with interceptors: and, for a producer, partitioner:")(
      "interceptor", po::value<std::vector<std::string>>()->composing(), "an interceptor plugin, or the file of one; as often as needed");
}

bool ClientPlugins::asks_for_any(const Options& options, const Properties& properties) {
  return options.has("config") || options.has("interceptor") || properties.contains("interceptor.classes");
}

Status ClientPlugins::make(const Options& options, const Properties& properties) {
  if (options.has("config")) BARNABAS_TRY(read_file(options.text("config")));
  const auto property = properties.find("interceptor.classes");
  const std::vector<std::string> classes = property == properties.end() ? std::vector<std::string>() : config::split_list(property->second);
  if (options.has("interceptor") + !classes.empty() + !file_.interceptors.empty() > 1)
    return Status::invalid(
        "a chain of interceptors has one order, so it is named in one place: --interceptor, interceptor.classes or --config");
  for (const std::string& name : classes)
    if (is_java_class(name)) return refuse_class("interceptor.classes", name, sdk::Interceptor::kName, registry_);
  for (const std::string& name : classes) BARNABAS_TRY(add_interceptor(name));
  for (const std::string& name : options.texts("interceptor")) BARNABAS_TRY(add_interceptor(name));
  // A file may be shared by producers and consumers, so what one of them has no use for is no mistake there.
  for (const config::PluginChoice& choice : file_.interceptors) {
    auto made = registry_.create<sdk::Interceptor>(choice.use, new_host("interceptor " + choice.use), choice.settings);
    if (!made) return std::move(made).status();
    interceptors_.add(choice.use, std::shared_ptr<sdk::Interceptor>(*std::move(made)));
  }
  return {};
}

Status ClientPlugins::read_file(const std::string& path) {
  config::Findings findings;
  file_ = assemble_client(path, registry_, findings);
  std::fputs(findings.text().c_str(), stderr);
  return findings.has_errors() ? Status::invalid(fmt::format("{} cannot be used", path)) : Status();
}

sdk::Host& ClientPlugins::new_host(const std::string& name) {
  return *hosts_.emplace_back(std::make_unique<base::PluginHost>(env_, env_.loop(0), name));
}

template <class Kind>
Result<host::Handle<Kind>> ClientPlugins::named(const std::string& name, const std::vector<std::string>& properties) {
  const std::string kind = kind_name(Kind::kName);
  host::Registry* registry = &registry_;
  const host::Plugin* plugin = nullptr;
  if (names_a_file(name)) {
    registry = of_files_.emplace_back(std::make_unique<host::Registry>()).get();
    auto added = add_file(*registry, name);
    if (!added) return std::move(added).status();
    plugin = *added;
    if (plugin->manifest.kind != kind)
      return Status::invalid(fmt::format("{} is a plugin of kind {}, not of kind {}", name, plugin->manifest.kind, kind));
  } else {
    plugin = registry->find(kind, name);
    if (plugin == nullptr) return Status::not_found(config::describe_missing(*registry, kind, name));
  }
  auto settings = settings_from(plugin->manifest.schema, properties);
  if (!settings) return std::move(settings).status();
  const std::string id = plugin->manifest.id;
  return registry->template create<Kind>(id, new_host(kind + " " + id), *settings);
}

Status ClientPlugins::add_interceptor(const std::string& name) {
  auto made = named<sdk::Interceptor>(name, {});
  if (!made) return std::move(made).status();
  const bool is_producer = side_ == Side::kProducer;
  const std::uint32_t called = is_producer ? client::ClientInterceptors::kProducerHooks : client::ClientInterceptors::kConsumerHooks;
  if (((*made)->hooks() & called) == 0)
    env_.log(sdk::LogLevel::kWarn,
             fmt::format("interceptor '{}' has nothing that a {} calls", name, is_producer ? "producer" : "consumer"));
  interceptors_.add(name, std::shared_ptr<sdk::Interceptor>(*std::move(made)));
  return {};
}

Status ClientPlugins::use_partitioner(const std::string& name, const std::vector<std::string>& properties) {
  auto made = named<sdk::Partitioner>(name, properties);
  if (!made) return std::move(made).status();
  partitioner_ = *std::move(made);
  return {};
}

Result<sdk::Partitioner*> ClientPlugins::partitioner(const Options& options, const Properties& properties, std::size_t batch_bytes) {
  const auto property = [&](const char* name) {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string() : found->second;
  };
  const std::string of_class = property("partitioner.class");
  if (options.has("partitioner")) {
    BARNABAS_TRY(use_partitioner(options.text("partitioner"), options.texts("partitioner-property")));
  } else if (const auto kafkas = kafkas_partitioners().find(of_class); kafkas != kafkas_partitioners().end()) {
    BARNABAS_TRY(use_partitioner(kafkas->second.id, kafkas->second.properties));
  } else if (is_java_class(of_class)) {
    return refuse_class("partitioner.class", of_class, sdk::Partitioner::kName, registry_);
  } else if (!of_class.empty()) {
    BARNABAS_TRY(use_partitioner(of_class, {}));
  } else if (file_.partitioner) {
    const config::PluginChoice& choice = *file_.partitioner;
    auto made = registry_.create<sdk::Partitioner>(choice.use, new_host("partitioner " + choice.use), choice.settings);
    if (!made) return std::move(made).status();
    partitioner_ = *std::move(made);
  } else {
    std::vector<std::string> as_kafkas{fmt::format("batch_size={}", batch_bytes)};
    if (is_true(property("partitioner.ignore.keys"))) as_kafkas.emplace_back("ignore_keys=true");
    BARNABAS_TRY(use_partitioner("default", as_kafkas));
  }
  return partitioner_.get();
}

}  // namespace barnabas::tools
