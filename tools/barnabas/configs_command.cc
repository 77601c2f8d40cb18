// barnabas configs / kafka-configs.sh: shows and changes the configuration of topics, brokers, groups and client-metrics subscriptions.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "kernel/wire/messages/32_describe_configs.h"
#include "kernel/wire/messages/44_incremental_alter_configs.h"
#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/config_entity.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/only_answer.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr std::int8_t kSet = 0;
constexpr std::int8_t kDelete = 1;

constexpr Failure failed{"Error while executing config command: "};

// "k1=v1,k2=[a,b]": commas inside of brackets belong to the value.
Result<std::vector<std::pair<std::string, std::string>>> parse_settings(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> settings;
  std::string one;
  int depth = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (i < text.size() && (c != ',' || depth > 0)) {
      one += c;
      continue;
    }
    if (one.empty()) continue;
    const auto equals = one.find('=');
    if (equals == std::string::npos)
      return Status::invalid(fmt::format("'{}' is not key=val, nor key=[val1,val2] to group values that contain commas", one));
    std::string value = one.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '[' && value.back() == ']') value = value.substr(1, value.size() - 2);
    settings.emplace_back(one.substr(0, equals), std::move(value));
    one.clear();
  }
  return settings;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    if (comma > at) words.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return words;
}

int alter(BlockingClient& client, const Entity& entity, const Options& options) {
  auto settings = parse_settings(options.text("add-config"));
  if (!settings) return failed(message_of(settings.status()));
  auto from_file = read_properties(options, {.file = "add-config-file"});
  if (!from_file) return failed(message_of(from_file.status()));
  settings->insert(settings->end(), from_file->begin(), from_file->end());
  const std::vector<std::string> removed = split(options.text("delete-config"));
  std::vector<wire::IncrementalAlterConfigsRequest::AlterableConfig> configs;
  for (const auto& [key, value] : *settings) {
    auto& config = configs.emplace_back();
    config.name = key;
    config.config_operation = kSet;
    config.value = std::string_view(value);
  }
  for (const std::string& key : removed) {
    auto& config = configs.emplace_back();
    config.name = key;
    config.config_operation = kDelete;
    config.value = wire::kNull;
  }
  wire::IncrementalAlterConfigsRequest::AlterConfigsResource resource;
  resource.resource_type = entity.type();
  const std::string name = entity.is_default ? "" : *entity.name;
  resource.resource_name = name;
  resource.configs = configs;
  wire::IncrementalAlterConfigsRequest request;
  request.resources = std::span(&resource, 1);
  auto reply = client.call<wire::IncrementalAlterConfigsResponse>(client::Target::any(), request);
  if (!reply) return failed(message_of(reply.status()));
  const auto only = only_answer(reply->response.responses, "IncrementalAlterConfigs");
  if (!only) return failed(message_of(only.status()));
  const auto& answer = **only;
  if (answer.error_code != wire::ErrorCode::kNone) return failed(describe_error(answer.error_code, answer.error_message.value_or("")));
  if (entity.is_default) {
    fmt::print("Completed updating default config for brokers in the cluster.\n");
  } else {
    fmt::print("Completed updating config for {}.\n", entity.described());
  }
  return 0;
}

void print_configs(const wire::DescribeConfigsResponse::DescribeConfigsResult& result, const Entity& entity, bool all) {
  std::vector<const wire::DescribeConfigsResponse::DescribeConfigsResourceResult*> configs;
  for (const auto& config : result.configs)
    if (all || config.config_source == entity.own_source()) configs.push_back(&config);
  std::sort(configs.begin(), configs.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const auto* config : configs) {
    std::string synonyms;
    for (const auto& synonym : config->synonyms)
      synonyms += fmt::format("{}{}:{}={}", synonyms.empty() ? "" : ", ", config_source_name(synonym.source), synonym.name,
                              synonym.value.value_or("null"));
    fmt::print("  {}={} sensitive={} synonyms={{{}}}\n", config->name, config->value.value_or("null"), config->is_sensitive, synonyms);
  }
}

int describe_one(BlockingClient& client, const Entity& entity, const std::string& name, bool all) {
  wire::DescribeConfigsRequest::DescribeConfigsResource resource;
  resource.resource_type = entity.type();
  resource.resource_name = name;
  resource.configuration_keys = wire::kNull;
  wire::DescribeConfigsRequest request;
  request.resources = std::span(&resource, 1);
  request.include_synonyms = true;
  auto reply = client.call<wire::DescribeConfigsResponse>(entity.asked(name), request);
  if (!reply) return failed(message_of(reply.status()));
  const auto only = only_answer(reply->response.results, "DescribeConfigs");
  if (!only) return failed(message_of(only.status()));
  const auto& result = **only;
  if (result.error_code == wire::ErrorCode::kUnknownTopicOrPartition) {
    fmt::print("The {} '{}' doesn't exist and doesn't have dynamic config.\n", entity.kind->word, name);
    return 0;
  }
  if (result.error_code != wire::ErrorCode::kNone) return failed(describe_error(result.error_code, result.error_message.value_or("")));
  if (entity.is_default) {
    fmt::print("Default configs for brokers in the cluster are:\n");
  } else {
    fmt::print("{} configs for {} {} are:\n", all ? "All" : "Dynamic", entity.kind->word, name);
  }
  print_configs(result, entity, all);
  return 0;
}

int describe(BlockingClient& client, const Entity& entity, const Options& options) {
  std::vector<std::string> names;
  if (entity.is_default) {
    names = {""};
  } else if (entity.name && !entity.kind->is_looked_up) {
    names = {*entity.name};
  } else {
    auto found = names_of(client, *entity.kind);
    if (!found) return failed(message_of(found.status()));
    names = *std::move(found);
    if (entity.name && std::find(names.begin(), names.end(), *entity.name) == names.end()) {
      fmt::print("The {} '{}' doesn't exist and doesn't have dynamic config.\n", entity.kind->word, *entity.name);
      return 0;
    }
    if (entity.name) names = {*entity.name};
  }
  for (const std::string& name : names)
    if (const int code = describe_one(client, entity, name, options.has("all")); code != 0) return code;
  // All brokers were asked for: what they share belongs to the answer.
  if (entity.is_broker() && !entity.name && !entity.is_default)
    return describe(client, {.kind = entity.kind, .name = std::nullopt, .is_default = true}, options);
  return 0;
}

}  // namespace

int configs_command(const Arguments& arguments) {
  Options options(
      "usage: barnabas configs --bootstrap-server HOST:PORT --alter|--describe --entity-type topics|brokers|groups|client-metrics "
      "[--entity-name NAME] [OPTIONS]");
  options.add()("bootstrap-server", po::value<std::string>(), "brokers to ask, host:port,…")(
      "command-config", po::value<std::string>(), "file with client settings")("describe", "show")("alter", "change")(
      "all", "values from the file and Kafka's defaults too")("entity-type", po::value<std::string>(),
                                                              "topics, brokers, groups or client-metrics")(
      "entity-name", po::value<std::string>(), "a topic, a broker's id, a group, a subscription")(
      "entity-default", "what all brokers share")("topic", po::value<std::string>(), "as --entity-type topics --entity-name")(
      "broker", po::value<std::string>(), "as --entity-type brokers --entity-name")("user", po::value<std::string>(), "")(
      "client", po::value<std::string>(), "")("ip", po::value<std::string>(), "")(
      "group", po::value<std::string>(), "as --entity-type groups --entity-name")("client-metrics", po::value<std::string>(),
                                                                                  "as --entity-type client-metrics --entity-name")(
      "broker-logger", po::value<std::string>(), "")("broker-defaults", "as --entity-type brokers --entity-default")(
      "add-config", po::value<std::string>(), "k1=v1,k2=[a,b]")("add-config-file", po::value<std::string>(), "file with key=value lines")(
      "delete-config", po::value<std::string>(), "k1,k2");
  if (const auto code = options.parse(arguments)) return *code;
  if (options.has("alter") == options.has("describe"))
    return options.refuse("Command must include exactly one action: --describe, --alter");
  if (!options.has("bootstrap-server")) return options.refuse("Missing required argument \"[bootstrap-server]\"");
  auto entity = entity_of(options);
  if (!entity) return options.refuse(std::string(message_of(entity.status())));
  if (options.has("alter") && !options.has("add-config") && !options.has("add-config-file") && !options.has("delete-config"))
    return options.refuse("At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter");
  if (options.has("alter") && !entity->name && !entity->is_default)
    return options.refuse(fmt::format("An entity name must be specified with --alter of {}", entity->kind->plural));
  if (options.has("add-config") && options.has("add-config-file"))
    return options.refuse("Only one of --add-config or --add-config-file must be specified");
  if (entity->is_broker() && entity->name && (entity->name->empty() || entity->name->find_first_not_of("0123456789") != std::string::npos))
    return options.refuse("The entity name for brokers must be a valid integer broker id, but it is: " + *entity->name);
  auto of_client = read_properties(options, {.file = "command-config"});
  if (!of_client) return failed(message_of(of_client.status()));
  if (Status status = check_client_properties(*of_client); !status.ok()) return failed(message_of(status));
  auto client = BlockingClient::make(options.text("bootstrap-server"), "configs");
  if (!client) return failed(message_of(client.status()));
  return options.has("alter") ? alter(**client, *entity, options) : describe(**client, *entity, options);
}

}  // namespace barnabas::tools
