#include "kernel/group/records.h"

#include <algorithm>
#include <utility>

#include "kernel/base/arena.h"
#include "kernel/wire/codec.h"
#include "kernel/wire/messages/consumer_protocol.h"
#include "kernel/wire/messages/group_offsets.h"

namespace barnabas::group {
namespace {

constexpr std::int16_t kGroupVersion = 3;  // Kafka 4.3 writes it although it reads version 4

wire::Bytes octets(std::string_view text) { return {text.data(), text.size()}; }
std::string text(wire::Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data), bytes.size}; }

std::optional<std::string> optional_text(const wire::Nullable<std::string_view>& value) {
  if (!value) return std::nullopt;
  return std::string(*value);
}
wire::Nullable<std::string_view> nullable(const std::optional<std::string>* value) {
  if (value == nullptr || !*value) return wire::kNull;
  return std::string_view(**value);
}

std::optional<std::int16_t> front_int16(std::string_view from) {
  if (from.size() < 2) return std::nullopt;
  return static_cast<std::int16_t>(static_cast<unsigned char>(from[0]) << 8 | static_cast<unsigned char>(from[1]));
}

std::string group_key(std::string_view group) {
  wire::GroupMetadataKey key;
  key.group = group;
  wire::Buffer buffer;
  buffer.append_int16(kGroupKey);
  if (!wire::encode(key, 0, buffer)) return {};  // a name of 32 KiB
  return text(buffer.bytes());
}

template <class M>
bool read_versioned(std::string_view value, base::Arena& arena, M& message) {
  const auto version = front_int16(value);
  return version && wire::decode(octets(value.substr(2)), *version, arena, message).ok();
}

}  // namespace

std::optional<std::int16_t> key_type(std::string_view key) { return front_int16(key); }

StoredRecord group_record(std::string_view group, const GroupView& view) {
  std::vector<wire::GroupMetadataValue::MemberMetadata> members(view.members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    const GroupView::Member& from = view.members[i];
    members[i].member_id = from.id;
    members[i].group_instance_id = nullable(from.instance_id);
    members[i].client_id = from.client->id;
    members[i].client_host = from.client->host;
    members[i].rebalance_timeout = from.rebalance_timeout_ms;
    members[i].session_timeout = from.session_timeout_ms;
    members[i].subscription = octets(from.subscription);
    members[i].assignment = octets(from.assignment);
  }
  wire::GroupMetadataValue value;
  value.protocol_type = view.protocol_type;
  value.generation = view.generation;
  value.protocol = nullable(view.protocol);
  value.leader = nullable(view.leader);
  value.current_state_timestamp = view.state_ms;
  value.members = members;
  wire::Buffer buffer;
  buffer.append_int16(kGroupVersion);
  StoredRecord record{group_key(group), std::nullopt};
  record.unwritable = !wire::encode(value, kGroupVersion, buffer) || record.key.empty();
  if (!record.unwritable) record.value = text(buffer.bytes());
  return record;
}

StoredRecord group_tombstone(std::string_view group) { return {group_key(group), std::nullopt}; }

std::optional<std::string> group_of(std::string_view key) {
  // Every key of a group begins with the group's name, a string of 16 bits' length.
  const auto length = key.size() < 4 ? std::nullopt : front_int16(key.substr(2));
  if (!length || *length < 0 || key.size() - 4 < static_cast<std::size_t>(*length)) return std::nullopt;
  return std::string(key.substr(4, static_cast<std::size_t>(*length)));
}

std::optional<StoredGroup> read_group(std::string_view value) {
  base::Arena arena;
  wire::GroupMetadataValue from;
  if (!read_versioned(value, arena, from)) return std::nullopt;
  StoredGroup group;
  group.protocol_type = from.protocol_type;
  group.generation = from.generation;
  group.protocol = optional_text(from.protocol);
  group.leader = optional_text(from.leader);
  group.state_ms = from.current_state_timestamp;
  for (const auto& m : from.members) {
    StoredGroup::Member& member = group.members.emplace_back();
    member.id = m.member_id;
    member.instance_id = optional_text(m.group_instance_id);
    member.client = {std::string(m.client_id), std::string(m.client_host)};
    member.session_timeout_ms = m.session_timeout;
    member.rebalance_timeout_ms = m.rebalance_timeout < 0 ? m.session_timeout : m.rebalance_timeout;  // version 0 had one for both
    member.subscription = text(m.subscription);
    member.assignment = text(m.assignment);
  }
  return group;
}

std::optional<StoredOffset> read_offset(std::string_view key, std::string_view value) {
  base::Arena arena;
  wire::OffsetCommitKey name;  // of the same shape in types 0 and 1
  if (key.size() < 2 || !wire::decode(octets(key.substr(2)), 0, arena, name)) return std::nullopt;
  StoredOffset offset;
  offset.topic = name.topic;
  offset.partition = name.partition;
  if (key_type(key) == kLegacyOffsetKey) {
    wire::LegacyOffsetCommitValue legacy;
    const auto version = front_int16(value);
    if (version && *version == 0 && wire::decode(octets(value.substr(2)), 0, arena, legacy)) {
      offset.offset = legacy.offset;
      offset.metadata = legacy.metadata;
      offset.commit_ms = legacy.commit_timestamp;
      return offset;
    }
  }
  wire::OffsetCommitValue from;
  if (!read_versioned(value, arena, from)) return std::nullopt;
  offset.topic_id = from.topic_id;
  offset.offset = from.offset;
  offset.leader_epoch = from.leader_epoch;
  offset.metadata = from.metadata;
  offset.commit_ms = from.commit_timestamp;
  offset.expire_ms = from.expire_timestamp;
  return offset;
}

std::optional<std::vector<std::string>> subscribed_topics(std::string_view metadata) {
  const auto version = front_int16(metadata);
  if (!version || *version < 0) return std::nullopt;
  base::Arena arena;
  wire::ConsumerProtocolSubscription subscription;
  // A newer version begins as the newest known one.
  const int known = std::min<int>(*version, 3);
  if (!wire::decode(octets(metadata.substr(2)), known, arena, subscription, wire::Trailing::kAllow)) return std::nullopt;
  std::vector<std::string> topics;
  for (const std::string_view topic : subscription.topics) topics.emplace_back(topic);
  return topics;
}

}  // namespace barnabas::group
