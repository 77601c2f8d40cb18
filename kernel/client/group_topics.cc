#include "kernel/client/group_topics.h"

#include <algorithm>
#include <map>

#include "kernel/wire/messages/03_metadata.h"

namespace barnabas::client {
namespace {

using wire::ErrorCode;

constexpr std::int16_t kNewest = 12;

std::vector<GroupTopic> topics_of(const wire::MetadataResponse& response) {
  std::map<std::int32_t, std::string> rack_of;
  for (const auto& broker : response.brokers)
    if (broker.rack && !broker.rack->empty()) rack_of[broker.node_id] = std::string(*broker.rack);
  std::vector<GroupTopic> topics;
  for (const auto& answer : response.topics) {
    if (answer.error_code != ErrorCode::kNone && answer.error_code != ErrorCode::kLeaderNotAvailable) continue;
    GroupTopic& topic = topics.emplace_back();
    topic.name = answer.name.value_or("");
    topic.id = answer.topic_id;
    topic.racks.resize(answer.partitions.size());
    for (const auto& partition : answer.partitions) {
      if (partition.partition_index < 0 || static_cast<std::size_t>(partition.partition_index) >= topic.racks.size()) continue;
      for (const std::int32_t node : partition.replica_nodes)
        if (const auto found = rack_of.find(node); found != rack_of.end())
          topic.racks[static_cast<std::size_t>(partition.partition_index)].push_back(found->second);
    }
  }
  std::sort(topics.begin(), topics.end(), [](const GroupTopic& a, const GroupTopic& b) { return a.name < b.name; });
  return topics;
}

}  // namespace

void read_topics(Client& client, std::vector<std::string> names, std::function<void(Result<std::vector<GroupTopic>>)> then) {
  // What the request views has to stay until it is sent, which may be after this returns.
  struct Kept {
    std::vector<std::string> names;
    std::vector<wire::MetadataRequest::MetadataRequestTopic> topics;
  };
  auto kept = std::make_shared<Kept>(Kept{std::move(names), {}});
  for (const std::string& name : kept->names) kept->topics.emplace_back().name = std::string_view(name);
  wire::MetadataRequest request;
  request.allow_auto_topic_creation = false;
  request.topics = std::span(kept->topics);
  client.call<wire::MetadataResponse>(
      Target::any(), request,
      [kept, then = std::move(then)](Result<Reply<wire::MetadataResponse>> reply) {
        if (!reply) return then(std::move(reply).status());
        then(topics_of(reply->response));
      },
      kNewest);
}

}  // namespace barnabas::client
