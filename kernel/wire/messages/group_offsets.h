// Committed offsets, and the state of classic groups (__consumer_offsets, types 0 to 2).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct LegacyOffsetCommitKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 0).versions(0, 0);

  std::string_view group;
  std::string_view topic;
  std::int32_t partition = 0;

  WIRE_FIELDS(LegacyOffsetCommitKey) {
    WIRE(group, since(0).until(0));
    WIRE(topic, since(0).until(0));
    WIRE(partition, since(0).until(0));
  }
};

struct LegacyOffsetCommitValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 0).versions(0, 0);

  std::int64_t offset = 0;
  std::string_view metadata;
  std::int64_t commit_timestamp = 0;

  WIRE_FIELDS(LegacyOffsetCommitValue) {
    WIRE(offset, since(0).until(0));
    WIRE(metadata, since(0).until(0));
    WIRE(commit_timestamp, since(0).until(0));
  }
};

struct OffsetCommitKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 1).versions(0, 0);

  std::string_view group;
  std::string_view topic;
  std::int32_t partition = 0;

  WIRE_FIELDS(OffsetCommitKey) {
    WIRE(group, since(0).until(0));
    WIRE(topic, since(0).until(0));
    WIRE(partition, since(0).until(0));
  }
};

struct OffsetCommitValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 1).versions(0, 4).flexible(4);

  std::int64_t offset = 0;
  std::int32_t leader_epoch = -1;
  std::string_view metadata;
  std::int64_t commit_timestamp = 0;
  std::int64_t expire_timestamp = -1;
  Uuid topic_id;
  UnknownTags unknown_tags;

  WIRE_FIELDS(OffsetCommitValue) {
    WIRE(offset, since(0));
    WIRE(leader_epoch, since(3).ignorable());
    WIRE(metadata, since(0));
    WIRE(commit_timestamp, since(0));
    WIRE(expire_timestamp, since(1).until(1).ignorable());
    WIRE_TAG(0, topic_id, since(4).ignorable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct GroupMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 2).versions(0, 0);

  std::string_view group;

  WIRE_FIELDS(GroupMetadataKey) { WIRE(group, since(0).until(0)); }
};

struct GroupMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 2).versions(0, 4).flexible(4);

  struct MemberMetadata {
    std::string_view member_id;
    Nullable<std::string_view> group_instance_id;
    std::string_view client_id;
    std::string_view client_host;
    std::int32_t rebalance_timeout = -1;
    std::int32_t session_timeout = 0;
    Bytes subscription;
    Bytes assignment;
    UnknownTags unknown_tags;

    WIRE_FIELDS(MemberMetadata) {
      WIRE(member_id, since(0));
      WIRE(group_instance_id, since(3).nullable().ignorable());
      WIRE(client_id, since(0));
      WIRE(client_host, since(0));
      WIRE(rebalance_timeout, since(1).ignorable());
      WIRE(session_timeout, since(0));
      WIRE(subscription, since(0));
      WIRE(assignment, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::string_view protocol_type;
  std::int32_t generation = 0;
  Nullable<std::string_view> protocol = kEmpty;
  Nullable<std::string_view> leader = kEmpty;
  std::int64_t current_state_timestamp = -1;
  std::span<MemberMetadata> members;
  UnknownTags unknown_tags;

  WIRE_FIELDS(GroupMetadataValue) {
    WIRE(protocol_type, since(0));
    WIRE(generation, since(0));
    WIRE(protocol, since(0).nullable());
    WIRE(leader, since(0).nullable());
    WIRE(current_state_timestamp, since(2).ignorable());
    WIRE(members, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
