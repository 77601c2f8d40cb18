#include "tools/barnabas/topic_description.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "kernel/wire/messages/32_describe_configs.h"
#include "kernel/wire/messages/75_describe_topic_partitions.h"

namespace barnabas::tools {
namespace {

constexpr std::int8_t kTopicResource = 2;
constexpr std::int8_t kTopicSource = 1;  // set for the topic itself
constexpr std::int8_t kDefaultSource = 5;

// A setting that is worth showing: it is not Kafka's default.
struct Setting {
  std::string name;
  std::string value;
  bool is_own = false;
};
using SettingsByTopic = std::map<std::string, std::vector<Setting>>;

template <class Numbers>
std::string joined(const Numbers& numbers) {
  return fmt::format("{}", fmt::join(numbers, ","));
}

Result<SettingsByTopic> read_settings(BlockingClient& client, const std::vector<std::string>& names) {
  wire::DescribeConfigsRequest request;
  std::vector<wire::DescribeConfigsRequest::DescribeConfigsResource> resources;
  for (const std::string& name : names) {
    auto& resource = resources.emplace_back();
    resource.resource_type = kTopicResource;
    resource.resource_name = name;
    resource.configuration_keys = wire::kNull;
  }
  request.resources = resources;
  auto reply = client.call<wire::DescribeConfigsResponse>(client::Target::any(), request);
  if (!reply) return std::move(reply).status();
  SettingsByTopic settings;
  for (const auto& result : reply->response.results)
    for (const auto& config : result.configs)
      if (config.config_source != kDefaultSource && config.value)
        settings[std::string(result.resource_name)].push_back(
            {std::string(config.name), std::string(*config.value), config.config_source == kTopicSource});
  return settings;
}

// The replicas that may lead outside of the ISR; brokers before 3.7 do not say.
Status add_eligible(BlockingClient& client, ClusterFacts& facts, const std::vector<std::string>& names) {
  wire::DescribeTopicPartitionsRequest request;
  std::vector<wire::DescribeTopicPartitionsRequest::TopicRequest> topics;
  for (const std::string& name : names) topics.emplace_back().name = name;
  request.topics = topics;
  std::string cursor_topic;
  for (;;) {
    auto reply = client.call<wire::DescribeTopicPartitionsResponse>(client::Target::any(), request);
    if (!reply) return reply.status().code() == Code::kUnsupported ? Status() : std::move(reply).status();
    for (const auto& topic : reply->response.topics) {
      const auto known = std::find_if(facts.topics.begin(), facts.topics.end(),
                                      [&](const TopicFacts& one) { return one.name == topic.name.value_or(""); });
      if (known == facts.topics.end()) continue;
      for (const auto& partition : topic.partitions)
        for (PartitionFacts& one : known->partitions) {
          if (one.index != partition.partition_index) continue;
          if (partition.eligible_leader_replicas)
            one.elr.emplace(partition.eligible_leader_replicas->begin(), partition.eligible_leader_replicas->end());
          if (partition.last_known_elr) one.last_known_elr.emplace(partition.last_known_elr->begin(), partition.last_known_elr->end());
        }
    }
    if (!reply->response.next_cursor) return {};
    cursor_topic = reply->response.next_cursor->topic_name;
    auto& cursor = request.cursor.emplace();
    cursor.topic_name = cursor_topic;
    cursor.partition_index = reply->response.next_cursor->partition_index;
  }
}

bool shows(const PartitionFacts& partition, const DescribeFilter& filter, std::int32_t min_isr) {
  if (!filter.of_partitions()) return true;
  const auto in_sync = static_cast<std::int32_t>(partition.isr.size());
  return (filter.under_replicated && partition.isr.size() < partition.replicas.size()) || (filter.unavailable && partition.leader < 0) ||
         (filter.under_min_isr && in_sync < min_isr) || (filter.at_min_isr && in_sync == min_isr);
}

std::string line_of(const TopicFacts& topic, const PartitionFacts& partition) {
  return fmt::format("\tTopic: {}\tPartition: {}\tLeader: {}\tReplicas: {}\tIsr: {}\tElr: {}\tLastKnownElr: {}\n", topic.name,
                     partition.index, partition.leader < 0 ? "none" : std::to_string(partition.leader), joined(partition.replicas),
                     joined(partition.isr), partition.elr ? joined(*partition.elr) : "N/A",
                     partition.last_known_elr ? joined(*partition.last_known_elr) : "N/A");
}

}  // namespace

Result<std::string> describe_topics(BlockingClient& client, const std::vector<std::string>& names, const DescribeFilter& filter) {
  if (names.empty()) return std::string();
  auto facts = read_cluster(client, names);
  if (!facts) return std::move(facts).status();
  auto settings = read_settings(client, names);
  if (!settings) return std::move(settings).status();
  if (Status status = add_eligible(client, *facts, names); !status.ok()) return status;
  std::string text;
  for (const TopicFacts& topic : facts->topics) {
    const std::vector<Setting>& own = (*settings)[topic.name];
    if (filter.with_overrides && std::none_of(own.begin(), own.end(), [](const Setting& one) { return one.is_own; })) continue;
    std::string configs;
    std::int32_t min_isr = 1;
    for (const Setting& setting : own) {
      configs += (configs.empty() ? "" : ",") + setting.name + "=" + setting.value;
      if (setting.name == "min.insync.replicas") min_isr = std::stoi(setting.value);
    }
    if (!filter.of_partitions())
      text += fmt::format("Topic: {}\tTopicId: {}\tPartitionCount: {}\tReplicationFactor: {}\tConfigs: {}\n", topic.name,
                          base::to_string(topic.id), topic.partitions.size(),
                          topic.partitions.empty() ? 0 : topic.partitions[0].replicas.size(), configs);
    if (filter.with_overrides) continue;
    for (const PartitionFacts& partition : topic.partitions)
      if (shows(partition, filter, min_isr)) text += line_of(topic, partition);
  }
  return text;
}

}  // namespace barnabas::tools
