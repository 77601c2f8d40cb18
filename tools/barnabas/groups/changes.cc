// The group commands that delete: whole groups, or what a group has committed of some topics.
#include <fmt/format.h>

#include <algorithm>

#include "kernel/wire/messages/42_delete_groups.h"
#include "kernel/wire/messages/47_offset_delete.h"
#include "tools/barnabas/groups/options.h"
#include "tools/barnabas/groups/session.h"
#include "tools/barnabas/text_table.h"

namespace barnabas::tools {
namespace {

using wire::ErrorCode;

Result<ErrorCode> delete_group(GroupReader& reader, const std::string& group) {
  wire::DeleteGroupsRequest request;
  const std::string_view name = group;
  request.groups_names = std::span(&name, 1);
  using Response = wire::DeleteGroupsResponse;
  const auto error_of = [](const Response& response) {
    return response.results.empty() ? ErrorCode::kUnknownServerError : response.results[0].error_code;
  };
  auto reply = reader.call<Response>(group, request, error_of);
  if (!reply) return std::move(reply).status();
  return error_of(reply->response);
}

std::string quoted(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : fmt::format("'{}'", fmt::join(names, "', '"));
}

using Outcomes = std::map<TopicPartition, ErrorCode>;
constexpr std::int32_t kWholeTopic = -1;

// The partitions that the flags name, and what is already known to fail: topics that are not there.
Result<std::vector<TopicPartition>> named_partitions(GroupSession& session, Outcomes& outcomes) {
  std::vector<TopicPartition> partitions;
  std::vector<std::string> whole;
  for (const std::string& text : session.options.texts("topic")) {
    auto argument = parse_topic_argument(text);
    if (!argument) return std::move(argument).status();
    if (!argument->partitions) whole.push_back(argument->topic);
    for (const std::int32_t partition : argument->partitions.value_or(std::vector<std::int32_t>()))
      partitions.push_back({argument->topic, partition});
  }
  auto cluster = read_cluster(session.client, whole);
  if (!cluster) return std::move(cluster).status();
  for (const TopicFacts& topic : cluster->topics) {
    if (topic.error != ErrorCode::kNone) outcomes[{topic.name, kWholeTopic}] = topic.error;
    for (const PartitionFacts& partition : topic.partitions) partitions.push_back({topic.name, partition.index});
  }
  std::sort(partitions.begin(), partitions.end());
  partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
  return partitions;
}

// The error of the whole, and the outcome of each partition.
Result<ErrorCode> delete_offsets(GroupReader& reader, const std::string& group, const std::vector<TopicPartition>& partitions,
                                 Outcomes& outcomes) {
  std::map<std::string_view, std::vector<wire::OffsetDeleteRequest::OffsetDeleteRequestPartition>> by_topic;
  for (const TopicPartition& one : partitions) by_topic[one.topic].emplace_back().partition_index = one.partition;
  std::vector<wire::OffsetDeleteRequest::OffsetDeleteRequestTopic> topics;
  for (auto& [name, list] : by_topic) {
    auto& topic = topics.emplace_back();
    topic.name = name;
    topic.partitions = list;
  }
  wire::OffsetDeleteRequest request;
  request.group_id = group;
  request.topics = topics;
  using Response = wire::OffsetDeleteResponse;
  auto reply = reader.call<Response>(group, request, [](const Response& response) { return response.error_code; });
  if (!reply) return std::move(reply).status();
  const ErrorCode error = reply->response.error_code;
  for (const TopicPartition& one : partitions) outcomes[one] = error;
  for (const auto& topic : reply->response.topics)
    for (const auto& partition : topic.partitions) outcomes[{std::string(topic.name), partition.partition_index}] = partition.error_code;
  if (error != ErrorCode::kNone) return error;
  for (const TopicPartition& one : partitions)
    if (outcomes[one] != ErrorCode::kNone) return outcomes[one];
  return ErrorCode::kNone;
}

// Kafka sorts by the topic's name with the partition's number written behind it.
void print_outcomes(const Outcomes& outcomes) {
  std::map<std::string, std::vector<std::string>> rows;
  for (const auto& [partition, error] : outcomes)
    rows[partition.topic + std::to_string(partition.partition)] = {
        partition.topic, partition.partition == kWholeTopic ? "-" : std::to_string(partition.partition),
        error == ErrorCode::kNone ? "Successful" : "Error: " + kafka_exception(error)};
  TextTable table({{"TOPIC", 15, true}, {"PARTITION", 10}, {"STATUS", 15}});
  for (auto& [key, cells] : rows) table.add(std::move(cells));
  fmt::print("{}\n", table.text("\n", ""));
}

}  // namespace

Status delete_groups(GroupSession& session) {
  auto names = session.groups();
  if (!names) return std::move(names).status();
  std::vector<std::string> deleted;
  std::string failures;
  for (const std::string& name : *names) {
    auto error = delete_group(session.reader, name);
    if (!error) return std::move(error).status();
    if (*error == ErrorCode::kNone) {
      deleted.push_back(name);
    } else {
      failures += fmt::format("* Group '{}' could not be deleted due to: {}\n", name, kafka_exception(*error));
    }
  }
  if (failures.empty()) {
    fmt::print("Deletion of requested consumer groups ({}) was successful.\n", quoted(deleted));
    return {};
  }
  session.error("Deletion of some consumer groups failed:");
  fmt::print("{}", failures);
  if (!deleted.empty()) fmt::print("\nThese consumer groups were deleted successfully: {}\n", quoted(deleted));
  return {};
}

Status delete_group_offsets(GroupSession& session) {
  const std::string group = session.options.texts("group")[0];
  Outcomes outcomes;
  auto partitions = named_partitions(session, outcomes);
  if (!partitions) return std::move(partitions).status();
  auto error = delete_offsets(session.reader, group, *partitions, outcomes);
  if (!error) return std::move(error).status();
  switch (*error) {
    case ErrorCode::kNone:
      fmt::print("Request succeeded for deleting offsets from group {}.\n", group);
      break;
    case ErrorCode::kInvalidGroupId:
    case ErrorCode::kGroupIdNotFound:
    case ErrorCode::kGroupAuthorizationFailed:
    case ErrorCode::kNonEmptyGroup:
      session.error(kafka_sentence(*error));
      break;
    case ErrorCode::kGroupSubscribedToTopic:
    case ErrorCode::kTopicAuthorizationFailed:
    case ErrorCode::kUnknownTopicOrPartition:
      session.error("Encountered some partition-level error, see the follow-up details.");
      break;
    default:
      session.error(fmt::format("Encountered some unknown error: {}", wire::error_name(*error)));
  }
  for (const auto& [partition, outcome] : outcomes) session.failed = session.failed || outcome != ErrorCode::kNone;
  print_outcomes(outcomes);
  return {};
}

}  // namespace barnabas::tools
