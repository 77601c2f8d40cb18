// The state of consumer groups of the new protocol (__consumer_offsets, types 3 to 8 and 16).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ConsumerGroupMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 3).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(ConsumerGroupMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct ConsumerGroupMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 3).versions(0, 0).flexible(0);

  std::int32_t epoch = 0;
  std::int64_t metadata_hash = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ConsumerGroupMetadataValue) {
    WIRE(epoch, since(0));
    WIRE_TAG(0, metadata_hash, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ConsumerGroupPartitionMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 4).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(ConsumerGroupPartitionMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct ConsumerGroupPartitionMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 4).versions(0, 0).flexible(0);

  struct PartitionMetadata {
    std::int32_t partition = 0;
    std::span<const std::string_view> racks;
    UnknownTags unknown_tags;

    WIRE_FIELDS(PartitionMetadata) {
      WIRE(partition, since(0));
      WIRE(racks, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct TopicMetadata {
    Uuid topic_id;
    std::string_view topic_name;
    std::int32_t num_partitions = 0;
    std::span<PartitionMetadata> partition_metadata;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicMetadata) {
      WIRE(topic_id, since(0));
      WIRE(topic_name, since(0));
      WIRE(num_partitions, since(0));
      WIRE(partition_metadata, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::span<TopicMetadata> topics;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ConsumerGroupPartitionMetadataValue) {
    WIRE(topics, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ConsumerGroupMemberMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 5).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(ConsumerGroupMemberMetadataKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct ConsumerGroupMemberMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 5).versions(0, 0).flexible(0);

  struct ClassicProtocol {
    std::string_view name;
    Bytes metadata;
    UnknownTags unknown_tags;

    WIRE_FIELDS(ClassicProtocol) {
      WIRE(name, since(0));
      WIRE(metadata, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct ClassicMemberMetadata {
    std::int32_t session_timeout_ms = 0;
    std::span<ClassicProtocol> supported_protocols;
    UnknownTags unknown_tags;

    WIRE_FIELDS(ClassicMemberMetadata) {
      WIRE(session_timeout_ms, since(0));
      WIRE(supported_protocols, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  Nullable<std::string_view> instance_id = kEmpty;
  Nullable<std::string_view> rack_id = kEmpty;
  std::string_view client_id;
  std::string_view client_host;
  std::span<const std::string_view> subscribed_topic_names;
  Nullable<std::string_view> subscribed_topic_regex = kEmpty;
  std::int32_t rebalance_timeout_ms = -1;
  Nullable<std::string_view> server_assignor = kEmpty;
  Nullable<ClassicMemberMetadata> classic_member_metadata = kEmpty;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ConsumerGroupMemberMetadataValue) {
    WIRE(instance_id, since(0).nullable());
    WIRE(rack_id, since(0).nullable());
    WIRE(client_id, since(0));
    WIRE(client_host, since(0));
    WIRE(subscribed_topic_names, since(0));
    WIRE(subscribed_topic_regex, since(0).nullable());
    WIRE(rebalance_timeout_ms, since(0));
    WIRE(server_assignor, since(0).nullable());
    WIRE_TAG(0, classic_member_metadata, since(0).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ConsumerGroupTargetAssignmentMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 6).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(ConsumerGroupTargetAssignmentMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct ConsumerGroupTargetAssignmentMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 6).versions(0, 0).flexible(0);

  std::int32_t assignment_epoch = 0;
  std::int64_t assignment_timestamp = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ConsumerGroupTargetAssignmentMetadataValue) {
    WIRE(assignment_epoch, since(0));
    WIRE_TAG(0, assignment_timestamp, since(0).ignorable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ConsumerGroupTargetAssignmentMemberKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 7).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(ConsumerGroupTargetAssignmentMemberKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct ConsumerGroupTargetAssignmentMemberValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 7).versions(0, 0).flexible(0);

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

  WIRE_FIELDS(ConsumerGroupTargetAssignmentMemberValue) {
    WIRE(topic_partitions, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ConsumerGroupCurrentMemberAssignmentKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 8).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(ConsumerGroupCurrentMemberAssignmentKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct ConsumerGroupCurrentMemberAssignmentValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 8).versions(0, 0).flexible(0);

  struct TopicPartitions {
    Uuid topic_id;
    std::span<const std::int32_t> partitions;
    Nullable<std::span<const std::int32_t>> assignment_epochs = kEmpty;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicPartitions) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
      WIRE_TAG(0, assignment_epochs, since(0).nullable());
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t member_epoch = 0;
  std::int32_t previous_member_epoch = 0;
  std::int8_t state = 0;
  std::span<TopicPartitions> assigned_partitions;
  std::span<TopicPartitions> partitions_pending_revocation;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ConsumerGroupCurrentMemberAssignmentValue) {
    WIRE(member_epoch, since(0));
    WIRE(previous_member_epoch, since(0));
    WIRE(state, since(0));
    WIRE(assigned_partitions, since(0));
    WIRE(partitions_pending_revocation, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ConsumerGroupRegularExpressionKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 16).versions(0, 0);

  std::string_view group_id;
  std::string_view regular_expression;

  WIRE_FIELDS(ConsumerGroupRegularExpressionKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(regular_expression, since(0).until(0));
  }
};

struct ConsumerGroupRegularExpressionValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 16).versions(0, 0).flexible(0);

  std::span<const std::string_view> topics;
  std::int64_t version = 0;
  std::int64_t timestamp = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ConsumerGroupRegularExpressionValue) {
    WIRE(topics, since(0));
    WIRE(version, since(0));
    WIRE(timestamp, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
