// barnabas topics / kafka-topics.sh: create, list, describe, alter and delete topics, with Kafka's flags and output.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <regex>

#include "kernel/wire/messages/19_create_topics.h"
#include "kernel/wire/messages/20_delete_topics.h"
#include "kernel/wire/messages/37_create_partitions.h"
#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/only_answer.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/topic_description.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

// As Kafka's tool prints what a broker refused: to standard output, exit code 1.
constexpr Failure failed{"Error while executing topic command : ", Failure::Stream::kOutput};

// "1:2,3:4": partition by partition, between colons the replicas.
Result<std::vector<std::vector<std::int32_t>>> parse_assignment(const std::string& text) {
  std::vector<std::vector<std::int32_t>> partitions(1);
  std::string number;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (c >= '0' && c <= '9') {
      number += c;
      continue;
    }
    if ((c != ',' && c != ':') || number.empty() || number.size() > 9)
      return Status::invalid(fmt::format(
          "'{}' is not a replica assignment: 1:2,2:3 gives partition 0 the brokers 1 and 2 and partition 1 the brokers 2 and 3", text));
    partitions.back().push_back(std::stoi(number));
    number.clear();
    if (c == ',' && i < text.size()) partitions.emplace_back();
  }
  return partitions;
}

class Topics {
 public:
  Topics(const Options& options, BlockingClient& client) : options_(options), client_(client) {}

  int create();
  int list();
  int describe();
  int alter();
  int remove();

 private:
  // The name of the topic with --topic-id, or those that the pattern of --topic matches; all when neither is given.
  Result<std::vector<std::string>> matching(bool needs_one);

  const Options& options_;
  BlockingClient& client_;
};

Result<std::vector<std::string>> Topics::matching(bool needs_one) {
  auto cluster = read_cluster(client_);
  if (!cluster) return std::move(cluster).status();
  const bool with_internal = !options_.has("exclude-internal");
  const std::string pattern = options_.text("topic", ".*");
  std::string alternatives;  // as Kafka's tool takes it: a comma is an or
  for (const char c : pattern)
    if (c != ' ') alternatives += c == ',' ? '|' : c;
  std::vector<std::string> names;
  if (options_.has("topic-id")) {
    const std::string id = options_.text("topic-id");
    for (const TopicFacts& topic : cluster->topics)
      if (base::to_string(topic.id) == id) names.push_back(topic.name);
    if (names.empty() && needs_one && !options_.has("if-exists"))
      return Status::not_found(fmt::format("TopicId '{}' does not exist as expected", id));
    return names;
  }
  try {
    const std::regex expression(alternatives);
    for (const TopicFacts& topic : cluster->topics)
      if ((with_internal || !topic.is_internal) && std::regex_match(topic.name, expression)) names.push_back(topic.name);
  } catch (const std::regex_error&) {
    return Status::invalid(fmt::format("'{}' is neither a topic's name nor a regular expression", pattern));
  }
  if (names.empty() && needs_one && !options_.has("if-exists"))
    return Status::not_found(fmt::format("Topic '{}' does not exist as expected", pattern));
  return names;
}

int Topics::create() {
  if (options_.has("partitions") && options_.number<std::int32_t>("partitions", 0) < 1)
    return failed("The partitions must be greater than 0");
  if (const int factor = options_.number<int>("replication-factor", 1); factor < 1 || factor > INT16_MAX)
    return failed("The replication factor must be between 1 and 32767 inclusive");
  const std::string name = options_.text("topic");
  if (name.find_first_of("._") != std::string::npos)
    fmt::print(
        "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is "
        "best to use either, but not both.\n");
  wire::CreateTopicsRequest request;
  wire::CreateTopicsRequest::CreatableTopic topic;
  topic.name = name;
  topic.num_partitions = options_.number<std::int32_t>("partitions", -1);
  topic.replication_factor = static_cast<std::int16_t>(options_.number<int>("replication-factor", -1));
  std::vector<std::vector<std::int32_t>> replicas;
  std::vector<wire::CreateTopicsRequest::CreatableReplicaAssignment> assignments;
  if (options_.has("replica-assignment")) {
    auto parsed = parse_assignment(options_.text("replica-assignment"));
    if (!parsed) return failed(message_of(parsed.status()));
    replicas = *std::move(parsed);
    for (std::size_t i = 0; i < replicas.size(); ++i) {
      auto& assignment = assignments.emplace_back();
      assignment.partition_index = static_cast<std::int32_t>(i);
      assignment.broker_ids = replicas[i];
    }
    topic.assignments = assignments;
  }
  const std::vector<std::string> said = options_.texts("config");
  std::vector<wire::CreateTopicsRequest::CreatableTopicConfig> configs;
  for (const std::string& config : said) {
    const auto equals = config.find('=');
    if (equals == std::string::npos) return failed(fmt::format("'{}' is not a configuration: key=value is", config));
    auto& one = configs.emplace_back();
    one.name = std::string_view(config).substr(0, equals);
    one.value = std::string_view(config).substr(equals + 1);
  }
  topic.configs = configs;
  request.topics = std::span(&topic, 1);
  auto reply = client_.call<wire::CreateTopicsResponse>(client::Target::any(), request);
  if (!reply) return failed(message_of(reply.status()));
  const auto answer = only_answer(reply->response.topics, "CreateTopics");
  if (!answer) return failed(message_of(answer.status()));
  const auto& made = **answer;
  if (made.error_code == wire::ErrorCode::kTopicAlreadyExists && options_.has("if-not-exists")) return 0;
  if (made.error_code != wire::ErrorCode::kNone) return failed(describe_error(made.error_code, made.error_message.value_or("")));
  fmt::print("Created topic {}.\n", name);
  return 0;
}

int Topics::list() {
  auto names = matching(false);
  if (!names) return failed(message_of(names.status()));
  for (const std::string& name : *names) fmt::print("{}\n", name);
  return 0;
}

int Topics::describe() {
  auto names = matching(options_.has("topic") || options_.has("topic-id"));
  if (!names) return failed(message_of(names.status()));
  DescribeFilter filter;
  filter.under_replicated = options_.has("under-replicated-partitions");
  filter.unavailable = options_.has("unavailable-partitions");
  filter.under_min_isr = options_.has("under-min-isr-partitions");
  filter.at_min_isr = options_.has("at-min-isr-partitions");
  filter.with_overrides = options_.has("topics-with-overrides");
  auto text = describe_topics(client_, *names, filter);
  if (!text) return failed(message_of(text.status()));
  fmt::print("{}", *text);
  return 0;
}

int Topics::alter() {
  if (options_.has("replica-assignment")) return failed("--alter chooses replicas by itself: leave out --replica-assignment");
  auto names = matching(true);
  if (!names) return failed(message_of(names.status()));
  if (!options_.has("partitions")) return failed("--alter changes the number of partitions: give --partitions");
  std::vector<wire::CreatePartitionsRequest::CreatePartitionsTopic> topics;
  for (const std::string& name : *names) {
    auto& topic = topics.emplace_back();
    topic.name = name;
    topic.count = options_.number<std::int32_t>("partitions", 0);
    topic.assignments = wire::kNull;
  }
  wire::CreatePartitionsRequest request;
  request.topics = topics;
  request.timeout_ms = 30'000;
  auto reply = client_.call<wire::CreatePartitionsResponse>(client::Target::any(), request);
  if (!reply) return failed(message_of(reply.status()));
  for (const auto& result : reply->response.results)
    if (result.error_code != wire::ErrorCode::kNone) return failed(describe_error(result.error_code, result.error_message.value_or("")));
  return 0;
}

int Topics::remove() {
  auto names = matching(true);
  if (!names) return failed(message_of(names.status()));
  wire::DeleteTopicsRequest request;
  std::vector<wire::DeleteTopicsRequest::DeleteTopicState> topics;
  std::vector<std::string_view> views(names->begin(), names->end());
  for (const std::string& name : *names) topics.emplace_back().name = std::string_view(name);
  request.timeout_ms = 30'000;
  request.topic_names = views;  // before version 6
  auto reply = client_.call<wire::DeleteTopicsResponse>(client::Target::any(), request, 5);
  if (!reply) return failed(message_of(reply.status()));
  for (const auto& result : reply->response.responses)
    if (result.error_code != wire::ErrorCode::kNone) return failed(describe_error(result.error_code, result.error_message.value_or("")));
  return 0;
}

void describe_options(Options& options) {
  options.add()("bootstrap-server", po::value<std::string>(), "brokers to ask, host:port,…")(
      "command-config", po::value<std::string>(), "file with client settings")("create", "make a topic")("list", "print names")(
      "describe", "print partitions and configuration")("alter", "more partitions")("delete", "delete topics")(
      "topic", po::value<std::string>(), "name; except with --create a regular expression, or several with commas")(
      "topic-id", po::value<std::string>(), "id, for --describe; goes before --topic")(
      "partitions", po::value<std::int32_t>(), "number of partitions")("replication-factor", po::value<int>(), "copies of each partition")(
      "replica-assignment", po::value<std::string>(), "brokers by partition, 1:2,2:3")(
      "config", po::value<std::vector<std::string>>()->composing(), "key=value, for --create")(
      "delete-config", po::value<std::vector<std::string>>()->composing(), "taken and does nothing, as with Kafka")(
      "if-exists", "no error where there is none")("if-not-exists", "no error where there is one")(
      "exclude-internal", "without Kafka's own topics")("topics-with-overrides", "only those with a configuration of their own")(
      "under-replicated-partitions", "only partitions with replicas out of sync")("unavailable-partitions",
                                                                                  "only partitions without a leader")(
      "under-min-isr-partitions", "only partitions with too few replicas in sync")("at-min-isr-partitions",
                                                                                   "only partitions with just enough replicas in sync")(
      "partition-size-limit-per-response", po::value<std::int32_t>(), "taken and not needed: answers are read to their end");
}

struct Action {
  const char* name;
  int (Topics::*run)();
};

constexpr Action kActions[] = {{"create", &Topics::create},
                               {"list", &Topics::list},
                               {"describe", &Topics::describe},
                               {"alter", &Topics::alter},
                               {"delete", &Topics::remove}};

// Null when none, or more than one, was given.
const Action* only_action(const Options& options) {
  const Action* chosen = nullptr;
  for (const Action& action : kActions) {
    if (!options.has(action.name)) continue;
    if (chosen != nullptr) return nullptr;
    chosen = &action;
  }
  return chosen;
}

// What changes nothing where it stands is a mistake that its writer wants to hear of. Nothing: all is well.
std::optional<std::string> misplaced_option(const Options& options, std::string_view action) {
  struct Rule {
    const char* option;
    std::string_view actions;
  };
  constexpr Rule kRules[] = {{"config", "create"},
                             {"topic-id", "describe"},
                             {"delete-config", "create alter"},
                             {"partitions", "create alter"},
                             {"replication-factor", "create"},
                             {"replica-assignment", "create alter"},
                             {"if-exists", "alter delete describe"},
                             {"if-not-exists", "create"},
                             {"exclude-internal", "list describe"},
                             {"topics-with-overrides", "describe"},
                             {"under-replicated-partitions", "describe"},
                             {"unavailable-partitions", "describe"},
                             {"under-min-isr-partitions", "describe"},
                             {"at-min-isr-partitions", "describe"}};
  for (const Rule& rule : kRules)
    if (options.has(rule.option) && rule.actions.find(action) == std::string_view::npos)
      return fmt::format("Option \"[{}]\" can't be used with option \"[{}]\"", rule.option, action);
  if (options.has("create") && options.has("replica-assignment"))
    for (const char* other : {"partitions", "replication-factor"})
      if (options.has(other)) return fmt::format("Option \"[replica-assignment]\" can't be used with option \"[{}]\"", other);
  return std::nullopt;
}

}  // namespace

int topics_command(const Arguments& arguments) {
  Options options("usage: barnabas topics --bootstrap-server HOST:PORT --create|--list|--describe|--alter|--delete [OPTIONS]");
  describe_options(options);
  if (const auto code = options.parse(arguments)) return *code;
  const Action* chosen = only_action(options);
  if (chosen == nullptr)
    return options.refuse("Command must include exactly one action: --list, --describe, --create, --alter or --delete");
  if (!options.has("bootstrap-server")) return options.refuse("Missing required argument \"[bootstrap-server]\"");
  if (chosen->name != std::string_view("list") && chosen->name != std::string_view("describe") && !options.has("topic"))
    return options.refuse("Missing required argument \"[topic]\"");
  if (const auto problem = misplaced_option(options, chosen->name)) return options.refuse(*problem);
  if (options.has("delete-config"))
    std::fputs(
        "delete-config option is no longer supported and deprecated since version 4.0. The config will be fully removed in future "
        "releases.\n",
        stdout);
  auto of_client = read_properties(options, {.file = "command-config"});
  if (!of_client) return failed(message_of(of_client.status()));
  if (Status status = check_client_properties(*of_client); !status.ok()) return failed(message_of(status));
  auto client = BlockingClient::make(options.text("bootstrap-server"), "topics");
  if (!client) return failed(message_of(client.status()));
  Topics topics(options, **client);
  return (topics.*chosen->run)();
}

}  // namespace barnabas::tools
