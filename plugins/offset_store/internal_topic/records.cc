#include "records.h"

#include <fmt/format.h>

#include "kernel/wire/codec.h"
#include "kernel/wire/messages/group_offsets.h"

namespace barnabas::offsets_topic {
namespace {

constexpr std::int16_t kLegacyOffset = 0;  // the same fields as the next, from before Kafka 0.9
constexpr std::int16_t kOffset = 1;
constexpr std::int16_t kNewestValue = 4;
constexpr std::int16_t kExpiringValue = 1;  // the only version that says when an offset is to be forgotten
constexpr std::size_t kNumberBytes = sizeof(std::int16_t);

std::int16_t number_at(sdk::Bytes octets, std::size_t at) { return static_cast<std::int16_t>(octets[at] << 8 | octets[at + 1]); }

}  // namespace

Status write_offset_key(sdk::Text group, sdk::Text topic, std::int32_t partition, wire::Buffer& buffer) {
  buffer.append_int16(kOffset);
  wire::OffsetCommitKey key;
  key.group = std::string_view(group);
  key.topic = std::string_view(topic);
  key.partition = partition;
  return wire::encode(key, 0, buffer);
}

Status write_offset_value(const sdk::CommittedOffset& offset, wire::Buffer& buffer) {
  wire::OffsetCommitValue value;
  value.offset = offset.offset;
  value.leader_epoch = offset.leader_epoch;
  value.metadata = std::string_view(offset.metadata);
  value.commit_timestamp = offset.commit_ms;
  value.expire_timestamp = offset.expire_ms;
  value.topic_id = offset.topic_id;
  const std::int16_t version = offset.expire_ms >= 0 ? kExpiringValue : kNewestValue;
  buffer.append_int16(version);
  return wire::encode(value, version, buffer);
}

std::optional<KeyName> read_key(sdk::Bytes key, base::Arena& arena) {
  if (key.size < 2 * kNumberBytes) return std::nullopt;
  const std::int16_t type = number_at(key, 0);
  sdk::Bytes rest = key.slice(kNumberBytes);
  if (type == kLegacyOffset || type == kOffset) {
    wire::OffsetCommitKey offset;
    if (!wire::decode(rest, 0, arena, offset)) return std::nullopt;
    return KeyName{true, offset.group, offset.topic, offset.partition};
  }
  // Every other type begins with its group.
  const std::int16_t size = number_at(rest, 0);
  rest = rest.slice(kNumberBytes);
  if (size < 0 || static_cast<std::size_t>(size) > rest.size) return std::nullopt;
  return KeyName{false, {reinterpret_cast<const char*>(rest.data), static_cast<std::size_t>(size)}, {}, 0};
}

Status read_offset_value(sdk::Bytes value, base::Arena& arena, sdk::CommittedOffset& offset) {
  if (value.size < kNumberBytes) return Status::corrupt("a committed offset without a version");
  const std::int16_t version = number_at(value, 0);
  if (version < 0 || version > kNewestValue) return Status::unsupported(fmt::format("a committed offset of version {}", version));
  wire::OffsetCommitValue read;
  BARNABAS_TRY(wire::decode(value.slice(kNumberBytes), version, arena, read));
  offset.offset = read.offset;
  offset.leader_epoch = read.leader_epoch;
  offset.metadata = read.metadata;
  offset.commit_ms = read.commit_timestamp;
  offset.expire_ms = read.expire_timestamp;
  offset.topic_id = read.topic_id;
  return {};
}

}  // namespace barnabas::offsets_topic
