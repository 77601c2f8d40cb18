// barnabas cluster / kafka-cluster.sh: the cluster's id, its brokers and what each of them carries.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "kernel/wire/messages/60_describe_cluster.h"
#include "kernel/wire/messages/64_unregister_broker.h"
#include "tools/barnabas/client_properties.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/failure.h"
#include "tools/barnabas/options.h"
#include "tools/barnabas/text_table.h"

namespace barnabas::tools {
namespace {

namespace po = boost::program_options;

constexpr Failure failed{"Error while executing cluster command: "};

using Described = client::Reply<wire::DescribeClusterResponse>;

Result<Described> ask(BlockingClient& client, bool with_fenced) {
  wire::DescribeClusterRequest request;
  request.include_fenced_brokers = with_fenced;
  auto reply = client.call<wire::DescribeClusterResponse>(client::Target::any(), request);
  if (reply && reply->response.error_code != wire::ErrorCode::kNone)
    return Status::unavailable(describe_error(reply->response.error_code, reply->response.error_message.value_or("")));
  return reply;
}

int show_id(BlockingClient& client) {
  auto reply = ask(client, false);
  if (!reply) return failed(message_of(reply.status()));
  fmt::print("Cluster ID: {}\n", reply->response.cluster_id);
  return 0;
}

int list_endpoints(BlockingClient& client, bool with_fenced) {
  auto reply = ask(client, with_fenced);
  if (!reply) return failed(message_of(reply.status()));
  std::size_t host = 0, rack = 0;  // as wide as what stands in them, headings aside; racks that nobody has as wide as the other columns
  for (const auto& broker : reply->response.brokers) {
    host = std::max(host, characters(broker.host));
    rack = std::max(rack, characters(broker.rack.value_or("")));
  }
  TextTable table({{"ID", 10}, {"HOST", host}, {"PORT", 10}, {"RACK", rack == 0 ? 10 : rack}, {"STATE", 10}, {"ENDPOINT_TYPE", 15}});
  for (const auto& broker : reply->response.brokers)
    table.add({std::to_string(broker.broker_id), std::string(broker.host), std::to_string(broker.port),
               std::string(broker.rack.value_or("null")), broker.is_fenced ? "fenced" : "unfenced", "broker"});
  fmt::print("{}", table.text("", "\n"));
  return 0;
}

int describe(BlockingClient& client) {
  auto reply = ask(client, true);
  if (!reply) return failed(message_of(reply.status()));
  auto facts = read_cluster(client);
  if (!facts) return failed(message_of(facts.status()));
  struct Load {
    std::size_t leads = 0, replicas = 0, behind = 0;
  };
  std::map<std::int32_t, Load> loads;
  std::size_t partitions = 0, leaderless = 0;
  for (const TopicFacts& topic : facts->topics) {
    partitions += topic.partitions.size();
    for (const PartitionFacts& partition : topic.partitions) {
      if (partition.leader < 0) ++leaderless;
      if (partition.leader >= 0) ++loads[partition.leader].leads;
      for (const std::int32_t replica : partition.replicas) {
        ++loads[replica].replicas;
        if (std::ranges::find(partition.isr, replica) == partition.isr.end()) ++loads[replica].behind;
      }
    }
  }
  fmt::print("Cluster ID: {}\nTopics: {}  Partitions: {}  Without leader: {}\n\n", reply->response.cluster_id, facts->topics.size(),
             partitions, leaderless);
  TextTable table({{"ID", 5},
                   {"HOST", 9, true},
                   {"PORT", 6},
                   {"RACK", 6, true},
                   {"STATE", 9},
                   {"CONTROLLER", 11},
                   {"LEADS", 7},
                   {"REPLICAS", 9},
                   {"OUT-OF-SYNC", 12}});
  for (const auto& broker : reply->response.brokers) {
    const Load& load = loads[broker.broker_id];
    table.add({std::to_string(broker.broker_id), std::string(broker.host), std::to_string(broker.port),
               std::string(broker.rack.value_or("-")), broker.is_fenced ? "fenced" : "unfenced",
               broker.broker_id == reply->response.controller_id ? "yes" : "-", std::to_string(load.leads), std::to_string(load.replicas),
               std::to_string(load.behind)});
  }
  fmt::print("{}", table.text("", "\n"));
  return 0;
}

int unregister(BlockingClient& client, std::int32_t id) {
  wire::UnregisterBrokerRequest request;
  request.broker_id = id;
  auto reply = client.call<wire::UnregisterBrokerResponse>(client::Target::any(), request);
  const bool is_unsupported =
      reply ? reply->response.error_code == wire::ErrorCode::kUnsupportedVersion : reply.status().code() == sdk::Code::kUnsupported;
  if (is_unsupported) {
    fmt::print("The target cluster does not support the broker unregistration API.\n");
    return 0;
  }
  if (!reply) return failed(message_of(reply.status()));
  const auto error = reply->response.error_code;
  if (error != wire::ErrorCode::kNone) return failed(describe_error(error, reply->response.error_message.value_or("")));
  fmt::print("Broker {} is no longer registered.\n", id);
  return 0;
}

}  // namespace

int cluster_command(const Arguments& arguments) {
  Options options(
      "usage: barnabas cluster describe|cluster-id|list-endpoints|unregister --bootstrap-server HOST:PORT [OPTIONS]\n"
      "       kafka-cluster.sh cluster-id|list-endpoints|unregister --bootstrap-server HOST:PORT [OPTIONS]\n"
      "describe says of each broker what it leads and carries; the others print what Kafka's tool prints.");
  options.add()("bootstrap-server,b", po::value<std::string>(), "brokers to ask, host:port,…")("command-config", po::value<std::string>(),
                                                                                               "file with client settings")(
      "config,c", po::value<std::string>(), "its name before Kafka 4.2")("include-fenced-brokers",
                                                                         "list-endpoints: those too that serve nothing for now")(
      "id,i", po::value<std::int32_t>(), "unregister: which broker")("words", po::value<std::vector<std::string>>()->default_value({}, ""),
                                                                     "what to do");
  options.take_words_as("words");
  if (const auto code = options.parse(arguments)) return *code;
  const std::vector<std::string> words = options.texts("words");
  const std::string word = words.size() == 1 ? words.front() : "";
  if (word != "describe" && word != "cluster-id" && word != "list-endpoints" && word != "unregister")
    return options.refuse(fmt::format("invalid choice: '{}' (choose from 'describe', 'cluster-id', 'list-endpoints', 'unregister')",
                                      words.empty() ? "" : words.back()));
  if (!options.has("bootstrap-server")) return options.refuse("argument --bootstrap-server/-b is required");
  if (word == "unregister" && !options.has("id")) return options.refuse("argument --id/-i is required");
  auto of_client = read_properties(options, {.file = "command-config", .old_file = "config"});
  if (!of_client) return failed(message_of(of_client.status()));
  if (Status status = check_client_properties(*of_client); !status.ok()) return failed(message_of(status));
  auto client = BlockingClient::make(options.text("bootstrap-server"), "cluster");
  if (!client) return failed(message_of(client.status()));
  if (word == "describe") return describe(**client);
  if (word == "cluster-id") return show_id(**client);
  if (word == "list-endpoints") return list_endpoints(**client, options.has("include-fenced-brokers"));
  return unregister(**client, options.number<std::int32_t>("id", -1));
}

}  // namespace barnabas::tools
