// GroupReader::describe: groups of KIP-848 by their own request, all others, and those of brokers that have no such groups, by the old one.
#include <fmt/format.h>

#include "kernel/wire/messages/15_describe_groups.h"
#include "kernel/wire/messages/69_consumer_group_describe.h"
#include "kernel/wire/messages/consumer_protocol.h"
#include "tools/barnabas/groups/reader.h"

namespace barnabas::tools {
namespace {

constexpr std::int8_t kClassicMember = 0;
constexpr std::int8_t kConsumerMember = 1;

using Described = wire::ConsumerGroupDescribeResponse;
using OldDescribed = wire::DescribeGroupsResponse;

// What member hands to member in a classic group. What is not such a thing is nobody's assignment.
std::vector<TopicPartition> assigned_in(wire::Bytes octets) {
  std::vector<TopicPartition> assigned;
  if (octets.size < 2) return assigned;
  const int version = octets.data[0] << 8 | octets.data[1];
  base::Arena arena;
  wire::ConsumerProtocolAssignment assignment;
  const int known = std::min<int>(version, wire::ConsumerProtocolAssignment::kSchema.known.last);
  if (!wire::decode({octets.data + 2, octets.size - 2}, known, arena, assignment, wire::Trailing::kAllow).ok()) return assigned;
  for (const auto& topic : assignment.assigned_partitions)
    for (const std::int32_t partition : topic.partitions) assigned.push_back({std::string(topic.topic), partition});
  return assigned;
}

std::vector<TopicPartition> assigned_in(const Described::Assignment& assignment) {
  std::vector<TopicPartition> assigned;
  for (const auto& topic : assignment.topic_partitions)
    for (const std::int32_t partition : topic.partitions) assigned.push_back({std::string(topic.topic_name), partition});
  return assigned;
}

GroupMember member_of(const Described::Member& one) {
  GroupMember member{
      std::string(one.member_id),  std::string(one.instance_id.value_or("")), std::string(one.client_id), std::string(one.client_host),
      assigned_in(one.assignment), assigned_in(one.target_assignment),        one.member_epoch,           std::nullopt};
  if (one.member_type == kClassicMember || one.member_type == kConsumerMember) member.is_upgraded = one.member_type == kConsumerMember;
  return member;
}

}  // namespace

Result<std::optional<GroupDescription>> GroupReader::describe_consumer_group(const std::string& group) {
  wire::ConsumerGroupDescribeRequest request;
  const std::string_view name = group;
  request.group_ids = std::span(&name, 1);
  auto reply = call<Described>(group, request, [](const Described& response) {
    return response.groups.empty() ? wire::ErrorCode::kUnknownServerError : response.groups[0].error_code;
  });
  if (!reply) return reply.status().code() == Code::kUnsupported ? Result(std::optional<GroupDescription>()) : std::move(reply).status();
  if (reply->response.groups.empty()) return kafka_status(wire::ErrorCode::kUnknownServerError);
  const auto& one = reply->response.groups[0];
  if (one.error_code == wire::ErrorCode::kGroupIdNotFound || one.error_code == wire::ErrorCode::kUnsupportedVersion)
    return std::optional<GroupDescription>();
  if (one.error_code != wire::ErrorCode::kNone) return kafka_status(one.error_code, one.error_message.value_or(""));
  GroupDescription description;
  description.state = one.group_state;
  description.assignor = one.assignor_name;
  description.epoch = one.group_epoch;
  description.target_epoch = one.assignment_epoch;
  for (const auto& member : one.members) description.members.push_back(member_of(member));
  return std::optional(std::move(description));
}

Result<GroupDescription> GroupReader::describe_classic_group(const std::string& group) {
  wire::DescribeGroupsRequest request;
  const std::string_view name = group;
  request.groups = std::span(&name, 1);
  auto reply = call<OldDescribed>(group, request, [](const OldDescribed& response) {
    return response.groups.empty() ? wire::ErrorCode::kUnknownServerError : response.groups[0].error_code;
  });
  if (!reply) return std::move(reply).status();
  if (reply->response.groups.empty()) return kafka_status(wire::ErrorCode::kUnknownServerError);
  const auto& one = reply->response.groups[0];
  if (one.error_code != wire::ErrorCode::kNone) return kafka_status(one.error_code, one.error_message.value_or(""));
  const bool is_consumers = one.protocol_type == "consumer";
  if (!is_consumers && !one.protocol_type.empty())
    return Status::unsupported(fmt::format("GroupId {} is not a consumer group ({}).", group, one.protocol_type));
  GroupDescription description;
  description.state = one.group_state;
  description.assignor = one.protocol_data;
  for (const auto& member : one.members)
    description.members.push_back({std::string(member.member_id),
                                   std::string(member.group_instance_id.value_or("")),
                                   std::string(member.client_id),
                                   std::string(member.client_host),
                                   assigned_in(member.member_assignment),
                                   {},
                                   std::nullopt,
                                   std::nullopt});
  return description;
}

Result<GroupDescription> GroupReader::describe(const std::string& group) {
  auto described = describe_consumer_group(group);
  if (!described) return std::move(described).status();
  Result<GroupDescription> description = *described ? Result(**std::move(described)) : describe_classic_group(group);
  if (!description) return description;
  auto node = coordinator(group, Patience(*this));
  if (!node) return std::move(node).status();
  description->id = group;
  description->coordinator = node->address;
  description->coordinator_id = node->id;
  return description;
}

}  // namespace barnabas::tools
