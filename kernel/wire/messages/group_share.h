// The state of share groups (__consumer_offsets, types 9 to 15).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ShareGroupPartitionMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 9).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(ShareGroupPartitionMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct ShareGroupPartitionMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 9).versions(0, 0).flexible(0);

  struct TopicPartitionsInfo {
    Uuid topic_id;
    std::string_view topic_name;
    std::span<const std::int32_t> partitions;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicPartitionsInfo) {
      WIRE(topic_id, since(0));
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct TopicInfo {
    Uuid topic_id;
    std::string_view topic_name;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicInfo) {
      WIRE(topic_id, since(0));
      WIRE(topic_name, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::span<TopicPartitionsInfo> initialized_topics;
  std::span<TopicInfo> deleting_topics;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareGroupPartitionMetadataValue) {
    WIRE(initialized_topics, since(0));
    WIRE(deleting_topics, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ShareGroupMemberMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 10).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(ShareGroupMemberMetadataKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct ShareGroupMemberMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 10).versions(0, 0).flexible(0);

  Nullable<std::string_view> rack_id = kEmpty;
  std::string_view client_id;
  std::string_view client_host;
  std::span<const std::string_view> subscribed_topic_names;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareGroupMemberMetadataValue) {
    WIRE(rack_id, since(0).nullable());
    WIRE(client_id, since(0));
    WIRE(client_host, since(0));
    WIRE(subscribed_topic_names, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ShareGroupMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 11).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(ShareGroupMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct ShareGroupMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 11).versions(0, 0).flexible(0);

  std::int32_t epoch = 0;
  std::int64_t metadata_hash = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareGroupMetadataValue) {
    WIRE(epoch, since(0));
    WIRE(metadata_hash, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ShareGroupTargetAssignmentMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 12).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(ShareGroupTargetAssignmentMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct ShareGroupTargetAssignmentMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 12).versions(0, 0).flexible(0);

  std::int32_t assignment_epoch = 0;
  std::int64_t assignment_timestamp = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareGroupTargetAssignmentMetadataValue) {
    WIRE(assignment_epoch, since(0));
    WIRE_TAG(0, assignment_timestamp, since(0).ignorable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ShareGroupTargetAssignmentMemberKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 13).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(ShareGroupTargetAssignmentMemberKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct ShareGroupTargetAssignmentMemberValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 13).versions(0, 0).flexible(0);

  struct TopicPartition {
    Uuid topic_id;
    std::span<const std::int32_t> partitions;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicPartition) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::span<TopicPartition> topic_partitions;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareGroupTargetAssignmentMemberValue) {
    WIRE(topic_partitions, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ShareGroupCurrentMemberAssignmentKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 14).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(ShareGroupCurrentMemberAssignmentKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct ShareGroupCurrentMemberAssignmentValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 14).versions(0, 0).flexible(0);

  struct TopicPartitions {
    Uuid topic_id;
    std::span<const std::int32_t> partitions;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicPartitions) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t member_epoch = 0;
  std::int32_t previous_member_epoch = 0;
  std::int8_t state = 0;
  std::span<TopicPartitions> assigned_partitions;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareGroupCurrentMemberAssignmentValue) {
    WIRE(member_epoch, since(0));
    WIRE(previous_member_epoch, since(0));
    WIRE(state, since(0));
    WIRE(assigned_partitions, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ShareGroupStatePartitionMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 15).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(ShareGroupStatePartitionMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct ShareGroupStatePartitionMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 15).versions(0, 0).flexible(0);

  struct TopicPartitionsInfo {
    Uuid topic_id;
    std::string_view topic_name;
    std::span<const std::int32_t> partitions;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicPartitionsInfo) {
      WIRE(topic_id, since(0));
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct TopicInfo {
    Uuid topic_id;
    std::string_view topic_name;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicInfo) {
      WIRE(topic_id, since(0));
      WIRE(topic_name, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::span<TopicPartitionsInfo> initializing_topics;
  std::span<TopicPartitionsInfo> initialized_topics;
  std::span<TopicInfo> deleting_topics;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ShareGroupStatePartitionMetadataValue) {
    WIRE(initializing_topics, since(0));
    WIRE(initialized_topics, since(0));
    WIRE(deleting_topics, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
