#include "tools/barnabas/groups/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "kernel/base/times.h"
#include "kernel/wire/messages/02_list_offsets.h"
#include "kernel/wire/messages/09_offset_fetch.h"
#include "kernel/wire/messages/10_find_coordinator.h"
#include "kernel/wire/messages/16_list_groups.h"

namespace barnabas::tools {
namespace {

constexpr std::int64_t kPauseMs = 50;
// The newest versions that name a group, or a topic, by itself; newer ones take lists of groups, or ids.
constexpr std::int16_t kFindOne = 3;
constexpr std::int16_t kFetchOfOne = 7;

// "Classic" for the protocol's "classic": what Kafka's tools print and take.
std::string type_name(std::string_view type) {
  std::string name(type);
  if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

}  // namespace

GroupReader::Patience::Patience(GroupReader& reader)
    : reader_(reader), until_ms_(base::saturated_add(reader.now_ms(), reader.timeout_ms_)) {}

bool GroupReader::Patience::wait() const {
  if (reader_.now_ms() + kPauseMs > until_ms_) return false;
  reader_.client_.pause(kPauseMs);
  return true;
}

std::int64_t GroupReader::now_ms() const { return client_.env().clock().mono_ns() / 1'000'000; }

bool GroupReader::is_passing(wire::ErrorCode error) {
  return error == wire::ErrorCode::kCoordinatorLoadInProgress || error == wire::ErrorCode::kCoordinatorNotAvailable ||
         error == wire::ErrorCode::kNotCoordinator;
}

Status GroupReader::gave_up(const std::string& group, wire::ErrorCode error) const {
  return Status::unavailable(
      fmt::format("the coordinator of group '{}' was not ready within {} ms: {}", group, timeout_ms_, kafka_exception(error)));
}

Result<GroupReader::Coordinator> GroupReader::coordinator(const std::string& group, const Patience& patience) {
  wire::FindCoordinatorRequest request;
  request.key = group;
  for (;;) {
    auto reply = client_.call<wire::FindCoordinatorResponse>(client::Target::any(), request, kFindOne);
    if (!reply) return std::move(reply).status();
    const auto& found = reply->response;
    if (found.error_code == wire::ErrorCode::kNone) {
      const base::Address address{std::string(found.host), static_cast<std::uint16_t>(found.port)};
      client_.know_broker(found.node_id, address);
      return Coordinator{found.node_id, fmt::format("{}:{}", found.host, found.port)};
    }
    if (!is_passing(found.error_code)) return kafka_status(found.error_code, found.error_message.value_or(""));
    if (!patience.wait()) return gave_up(group, found.error_code);
  }
}

Result<std::vector<GroupListing>> GroupReader::list() {
  auto cluster = read_cluster(client_, std::vector<std::string>());
  if (!cluster) return std::move(cluster).status();
  std::map<std::string, GroupListing> groups;
  for (const std::int32_t broker : cluster->brokers) {
    const Patience patience(*this);
    for (;;) {
      auto reply = client_.call<wire::ListGroupsResponse>(client::Target::node(broker), wire::ListGroupsRequest());
      if (!reply) return std::move(reply).status();
      for (const auto& group : reply->response.groups)
        groups[std::string(group.group_id)] = {std::string(group.group_id), std::string(group.protocol_type), type_name(group.group_type),
                                               std::string(group.group_state)};
      const wire::ErrorCode error = reply->response.error_code;
      if (error == wire::ErrorCode::kNone) break;
      if (!is_passing(error)) return kafka_status(error);
      if (!patience.wait())
        return Status::unavailable(fmt::format("broker {} is still loading groups: {}", broker, kafka_exception(error)));
    }
  }
  std::vector<GroupListing> listings;
  listings.reserve(groups.size());
  for (auto& [id, group] : groups) listings.push_back(std::move(group));
  return listings;
}

Result<CommittedOffsets> GroupReader::committed(const std::string& group) {
  wire::OffsetFetchRequest request;
  request.group_id = group;
  request.topics = wire::kNull;
  using Response = wire::OffsetFetchResponse;
  auto reply = call<Response>(
      group, request, [](const Response& response) { return response.error_code; }, kFetchOfOne);
  if (!reply) return std::move(reply).status();
  if (reply->response.error_code != wire::ErrorCode::kNone) return kafka_status(reply->response.error_code);
  CommittedOffsets offsets;
  for (const auto& topic : reply->response.topics)
    for (const auto& partition : topic.partitions)
      if (partition.error_code == wire::ErrorCode::kNone && partition.committed_offset >= 0)
        offsets[{std::string(topic.name), partition.partition_index}] = {partition.committed_offset, partition.committed_leader_epoch};
  return offsets;
}

Result<bool> GroupReader::ask_leader(std::int32_t leader, const std::set<TopicPartition>& partitions, std::int64_t at, Offsets& offsets) {
  std::map<std::string_view, std::vector<wire::ListOffsetsRequest::ListOffsetsPartition>> by_topic;
  for (const TopicPartition& one : partitions) {
    auto& partition = by_topic[one.topic].emplace_back();
    partition.partition_index = one.partition;
    partition.timestamp = at;
  }
  wire::ListOffsetsRequest request;
  std::vector<wire::ListOffsetsRequest::ListOffsetsTopic> topics;
  for (auto& [name, list] : by_topic) {
    auto& topic = topics.emplace_back();
    topic.name = name;
    topic.partitions = list;
  }
  request.replica_id = -1;
  request.topics = topics;
  request.timeout_ms = static_cast<std::int32_t>(std::min<std::int64_t>(timeout_ms_, INT32_MAX));
  auto reply = client_.call<wire::ListOffsetsResponse>(client::Target::node(leader), request);
  if (!reply) return std::move(reply).status();
  if (reply->version == 0) return Status::unsupported("the broker is older than 0.10.1: it does not tell offsets by time");
  bool all = true;
  for (const auto& topic : reply->response.topics)
    for (const auto& partition : topic.partitions) {
      if (partition.error_code == wire::ErrorCode::kNone) {
        offsets[{std::string(topic.name), partition.partition_index}] = partition.offset;
      } else if (wire::is_retriable(partition.error_code)) {
        all = false;
      } else {
        return kafka_status(partition.error_code);
      }
    }
  return all;
}

Result<Offsets> GroupReader::log_offsets(const std::set<TopicPartition>& partitions, std::int64_t at) {
  Offsets offsets;
  std::set<std::string> names;
  for (const TopicPartition& one : partitions) names.insert(one.topic);
  if (names.empty()) return offsets;
  const Patience patience(*this);
  for (;;) {
    auto cluster = read_cluster(client_, std::vector<std::string>(names.begin(), names.end()));
    if (!cluster) return std::move(cluster).status();
    std::map<std::int32_t, std::set<TopicPartition>> by_leader;
    for (const TopicFacts& topic : cluster->topics)
      for (const PartitionFacts& partition : topic.partitions)
        if (const TopicPartition one{topic.name, partition.index}; partition.leader >= 0 && partitions.contains(one))
          by_leader[partition.leader].insert(one);
    bool all = true;
    for (const auto& [leader, its] : by_leader) {
      auto asked = ask_leader(leader, its, at, offsets);
      if (!asked) return std::move(asked).status();
      all = all && *asked;
    }
    if (all) return offsets;
    if (!patience.wait()) return Status::unavailable(fmt::format("partitions changed their leaders for {} ms", timeout_ms_));
  }
}

}  // namespace barnabas::tools
