#include "tools/barnabas/cluster.h"

#include <algorithm>
#include <map>

#include "kernel/wire/messages/03_metadata.h"

namespace barnabas::tools {
namespace {

using wire::MetadataRequest;
using wire::MetadataResponse;

template <class Span>
std::vector<std::int32_t> owned(const Span& numbers) {
  return {numbers.begin(), numbers.end()};
}

}  // namespace

const TopicFacts* ClusterFacts::find(std::string_view topic) const {
  for (const TopicFacts& one : topics)
    if (one.name == topic) return &one;
  return nullptr;
}

Result<ClusterFacts> read_cluster(BlockingClient& client, const std::optional<std::vector<std::string>>& topics, bool may_create) {
  MetadataRequest request;
  request.allow_auto_topic_creation = may_create;
  std::vector<MetadataRequest::MetadataRequestTopic> wanted;
  if (topics) {
    for (const std::string& name : *topics) wanted.emplace_back().name = std::string_view(name);
    request.topics = std::span(wanted);
  } else {
    request.topics = wire::kNull;
  }
  auto reply = client.call<MetadataResponse>(client::Target::any(), request, 12);
  if (!reply) return std::move(reply).status();
  const MetadataResponse& response = reply->response;
  ClusterFacts facts;
  for (const auto& broker : response.brokers) {
    client.know_broker(broker.node_id, {std::string(broker.host), static_cast<std::uint16_t>(broker.port)});
    facts.brokers.push_back(broker.node_id);
  }
  facts.controller = response.controller_id;
  for (const auto& topic : response.topics) {
    TopicFacts& one = facts.topics.emplace_back();
    one.name = topic.name.value_or("");
    one.id = topic.topic_id;
    one.error = topic.error_code;
    one.is_internal = topic.is_internal;
    std::map<std::int32_t, PartitionFacts> by_index;
    for (const auto& partition : topic.partitions) {
      PartitionFacts& facts_of_one = by_index[partition.partition_index];
      facts_of_one.index = partition.partition_index;
      facts_of_one.leader = partition.leader_id;
      facts_of_one.replicas = owned(partition.replica_nodes);
      facts_of_one.isr = owned(partition.isr_nodes);
    }
    for (auto& [index, partition] : by_index) one.partitions.push_back(std::move(partition));
  }
  std::sort(facts.topics.begin(), facts.topics.end(), [](const TopicFacts& a, const TopicFacts& b) { return a.name < b.name; });
  return facts;
}

std::string describe_error(wire::ErrorCode error, std::optional<std::string_view> message) {
  if (message && !message->empty()) return std::string(*message);
  return std::string(wire::error_name(error)) + ": " + std::string(wire::error_message(error));
}

}  // namespace barnabas::tools
