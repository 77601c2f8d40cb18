#include "kernel/group/consumer/records.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "kernel/base/arena.h"
#include "kernel/group/records.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/group_consumer.h"

namespace barnabas::group {
namespace {

constexpr std::int16_t kValueVersion = 0;  // of all of them
constexpr std::int32_t kLeftForNow = -2;   // the epoch of a static member that may come back

wire::Bytes octets(std::string_view text) { return {text.data(), text.size()}; }
std::string text(wire::Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data), bytes.size}; }

std::optional<std::string> optional_text(const wire::Nullable<std::string_view>& value) {
  if (!value) return std::nullopt;
  return std::string(*value);
}
wire::Nullable<std::string_view> nullable(const std::optional<std::string>& value) {
  if (!value) return wire::kNull;
  return std::string_view(*value);
}
std::vector<std::string_view> views(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }
std::vector<std::string> texts(std::span<const std::string_view> views) { return {views.begin(), views.end()}; }

bool names_a_member(std::int16_t type) {
  return type == kConsumerGroupMemberKey || type == kConsumerGroupTargetMemberKey || type == kConsumerGroupCurrentMemberKey ||
         type == kConsumerGroupRegexKey;
}
bool names_the_group(std::int16_t type) {
  return type == kConsumerGroupKey || type == kConsumerGroupPartitionMetadataKey || type == kConsumerGroupTargetKey;
}

// Types with the same fields have the same octets.
std::string key_octets(std::int16_t type, std::string_view group, std::string_view name) {
  wire::Buffer buffer;
  buffer.append_int16(type);
  const Status encoded = names_a_member(type) ? wire::encode(wire::ConsumerGroupMemberMetadataKey{group, name}, 0, buffer)
                                              : wire::encode(wire::ConsumerGroupMetadataKey{group}, 0, buffer);
  return encoded ? text(buffer.bytes()) : std::string();  // a name of 32 KiB
}

template <class M>
StoredRecord record(std::int16_t type, std::string_view group, std::string_view name, const M& message) {
  wire::Buffer buffer;
  buffer.append_int16(kValueVersion);
  StoredRecord record{key_octets(type, group, name), std::nullopt};
  record.unwritable = !wire::encode(message, kValueVersion, buffer) || record.key.empty();
  if (!record.unwritable) record.value = text(buffer.bytes());
  return record;
}

template <class M>
bool read(std::string_view value, base::Arena& arena, M& message) {
  const auto version = key_type(value);  // values begin with theirs as keys do with their type
  return version == kValueVersion && wire::decode(octets(value.substr(2)), kValueVersion, arena, message).ok();
}

bool each_once(std::vector<std::int32_t> partitions) {
  std::ranges::sort(partitions);
  return (partitions.empty() || partitions.front() >= 0) && std::ranges::adjacent_find(partitions) == partitions.end();
}
template <class Topics>
bool each_once(const Topics& topics) {
  std::set<Uuid> ids;
  return std::ranges::all_of(topics, [&](const auto& topic) { return ids.insert(topic.topic_id).second && each_once(topic.partitions); });
}

using WireCurrent = wire::ConsumerGroupCurrentMemberAssignmentValue;

std::vector<WireCurrent::TopicPartitions> to_wire(const std::vector<ConsumerGroupCurrentMember::Topic>& topics) {
  std::vector<WireCurrent::TopicPartitions> out(topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    out[i].topic_id = topics[i].topic_id;
    out[i].partitions = topics[i].partitions;
    if (!topics[i].assignment_epochs.empty()) out[i].assignment_epochs = std::span<const std::int32_t>(topics[i].assignment_epochs);
  }
  return out;
}
std::vector<ConsumerGroupCurrentMember::Topic> from_wire(std::span<const WireCurrent::TopicPartitions> topics) {
  std::vector<ConsumerGroupCurrentMember::Topic> out;
  for (const auto& from : topics) {
    auto& topic = out.emplace_back();
    topic.topic_id = from.topic_id;
    topic.partitions.assign(from.partitions.begin(), from.partitions.end());
    // Epochs that are not one for each partition say nothing.
    if (from.assignment_epochs && from.assignment_epochs->size() == topic.partitions.size())
      topic.assignment_epochs.assign(from.assignment_epochs->begin(), from.assignment_epochs->end());
  }
  return out;
}

MemberState state_of(std::int8_t stored) {
  const bool known =
      stored >= static_cast<std::int8_t>(MemberState::kStable) && stored <= static_cast<std::int8_t>(MemberState::kUnreleasedPartitions);
  return known ? static_cast<MemberState>(stored) : MemberState::kUnknown;
}

}  // namespace

StoredRecord consumer_group_record(std::string_view group, const ConsumerGroupMetadata& value) {
  wire::ConsumerGroupMetadataValue message;
  message.epoch = value.epoch;
  message.metadata_hash = value.metadata_hash;
  return record(kConsumerGroupKey, group, {}, message);
}

StoredRecord consumer_group_record(std::string_view group, const ConsumerGroupTarget& value) {
  wire::ConsumerGroupTargetAssignmentMetadataValue message;
  message.assignment_epoch = value.assignment_epoch;
  message.assignment_timestamp = value.assignment_timestamp;
  return record(kConsumerGroupTargetKey, group, {}, message);
}

StoredRecord consumer_group_record(std::string_view group, std::string_view member_id, const ConsumerGroupMemberMetadata& value) {
  wire::ConsumerGroupMemberMetadataValue message;
  message.instance_id = nullable(value.instance_id);
  message.rack_id = nullable(value.rack_id);
  message.client_id = value.client.id;
  message.client_host = value.client.host;
  const auto names = views(value.subscribed_topic_names);
  message.subscribed_topic_names = names;
  message.subscribed_topic_regex = std::string_view(value.subscribed_topic_regex ? *value.subscribed_topic_regex : std::string_view());
  message.rebalance_timeout_ms = value.rebalance_timeout_ms;
  message.server_assignor = nullable(value.server_assignor);
  message.classic_member_metadata.reset();
  std::vector<wire::ConsumerGroupMemberMetadataValue::ClassicProtocol> protocols;
  if (value.classic) {
    for (const auto& [name, metadata] : value.classic->supported_protocols) protocols.push_back({name, octets(metadata), {}});
    auto& classic = message.classic_member_metadata.emplace();
    classic.session_timeout_ms = value.classic->session_timeout_ms;
    classic.supported_protocols = protocols;
  }
  return record(kConsumerGroupMemberKey, group, member_id, message);
}

StoredRecord consumer_group_record(std::string_view group, std::string_view member_id, const ConsumerGroupTargetMember& value) {
  std::vector<wire::ConsumerGroupTargetAssignmentMemberValue::TopicPartition> topics;
  for (const TopicPartitions& topic : value.topic_partitions) topics.push_back({topic.topic_id, topic.partitions, {}});
  wire::ConsumerGroupTargetAssignmentMemberValue message;
  message.topic_partitions = topics;
  return record(kConsumerGroupTargetMemberKey, group, member_id, message);
}

StoredRecord consumer_group_record(std::string_view group, std::string_view member_id, const ConsumerGroupCurrentMember& value) {
  auto assigned = to_wire(value.assigned);
  auto pending = to_wire(value.pending_revocation);
  WireCurrent message;
  message.member_epoch = value.member_epoch;
  message.previous_member_epoch = value.previous_member_epoch;
  message.state = static_cast<std::int8_t>(value.state);
  message.assigned_partitions = assigned;
  message.partitions_pending_revocation = pending;
  return record(kConsumerGroupCurrentMemberKey, group, member_id, message);
}

StoredRecord consumer_group_record(std::string_view group, std::string_view regex, const ConsumerGroupRegex& value) {
  wire::ConsumerGroupRegularExpressionValue message;
  const auto topics = views(value.topics);
  message.topics = topics;
  message.version = value.version;
  message.timestamp = value.timestamp;
  return record(kConsumerGroupRegexKey, group, regex, message);
}

StoredRecord consumer_group_tombstone(std::int16_t type, std::string_view group, std::string_view name) {
  return {key_octets(type, group, name), std::nullopt};
}

std::optional<ConsumerGroupKey> read_consumer_group_key(std::string_view key) {
  const auto type = key_type(key);
  if (!type) return std::nullopt;
  base::Arena arena;
  const wire::Bytes rest = octets(key.substr(2));
  if (names_a_member(*type)) {
    wire::ConsumerGroupMemberMetadataKey message;
    if (!wire::decode(rest, 0, arena, message)) return std::nullopt;
    return ConsumerGroupKey{*type, std::string(message.group_id), std::string(message.member_id)};
  }
  wire::ConsumerGroupMetadataKey message;
  if (!names_the_group(*type) || !wire::decode(rest, 0, arena, message)) return std::nullopt;
  return ConsumerGroupKey{*type, std::string(message.group_id), {}};
}

std::optional<ConsumerGroupMetadata> read_consumer_group(std::string_view value) {
  base::Arena arena;
  wire::ConsumerGroupMetadataValue from;
  if (!read(value, arena, from) || from.epoch < 0) return std::nullopt;
  return ConsumerGroupMetadata{from.epoch, from.metadata_hash};
}

std::optional<ConsumerGroupMemberMetadata> read_consumer_group_member(std::string_view value) {
  base::Arena arena;
  wire::ConsumerGroupMemberMetadataValue from;
  if (!read(value, arena, from)) return std::nullopt;
  ConsumerGroupMemberMetadata member;
  member.instance_id = optional_text(from.instance_id);
  member.rack_id = optional_text(from.rack_id);
  member.client = {std::string(from.client_id), std::string(from.client_host)};
  member.subscribed_topic_names = texts(from.subscribed_topic_names);
  if (!from.subscribed_topic_regex.value_or("").empty()) member.subscribed_topic_regex = optional_text(from.subscribed_topic_regex);
  member.rebalance_timeout_ms = from.rebalance_timeout_ms;
  member.server_assignor = optional_text(from.server_assignor);
  if (from.classic_member_metadata) {
    ConsumerGroupMemberMetadata::Classic classic{from.classic_member_metadata->session_timeout_ms, {}};
    if (classic.session_timeout_ms < 0) return std::nullopt;
    for (const auto& protocol : from.classic_member_metadata->supported_protocols)
      classic.supported_protocols.push_back({std::string(protocol.name), text(protocol.metadata)});
    member.classic = std::move(classic);
  }
  return member;
}

std::optional<ConsumerGroupTarget> read_consumer_group_target(std::string_view value) {
  base::Arena arena;
  wire::ConsumerGroupTargetAssignmentMetadataValue from;
  if (!read(value, arena, from) || from.assignment_epoch < 0) return std::nullopt;
  return ConsumerGroupTarget{from.assignment_epoch, from.assignment_timestamp};
}

std::optional<ConsumerGroupTargetMember> read_consumer_group_target_member(std::string_view value) {
  base::Arena arena;
  wire::ConsumerGroupTargetAssignmentMemberValue from;
  if (!read(value, arena, from)) return std::nullopt;
  ConsumerGroupTargetMember member;
  for (const auto& topic : from.topic_partitions)
    member.topic_partitions.push_back({topic.topic_id, {topic.partitions.begin(), topic.partitions.end()}});
  if (!each_once(member.topic_partitions)) return std::nullopt;
  return member;
}

std::optional<ConsumerGroupCurrentMember> read_consumer_group_current_member(std::string_view value) {
  base::Arena arena;
  WireCurrent from;
  if (!read(value, arena, from) || from.member_epoch < kLeftForNow || from.previous_member_epoch < kLeftForNow) return std::nullopt;
  ConsumerGroupCurrentMember member;
  member.member_epoch = from.member_epoch;
  member.previous_member_epoch = from.previous_member_epoch;
  member.state = state_of(from.state);
  member.assigned = from_wire(from.assigned_partitions);
  member.pending_revocation = from_wire(from.partitions_pending_revocation);
  if (!each_once(member.assigned) || !each_once(member.pending_revocation)) return std::nullopt;
  return member;
}

std::optional<ConsumerGroupRegex> read_consumer_group_regex(std::string_view value) {
  base::Arena arena;
  wire::ConsumerGroupRegularExpressionValue from;
  if (!read(value, arena, from)) return std::nullopt;
  return ConsumerGroupRegex{texts(from.topics), from.version, from.timestamp};
}

}  // namespace barnabas::group
