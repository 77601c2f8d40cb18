// Metadata records about topics and partitions (__cluster_metadata).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct TopicRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 2).versions(0, 0).flexible(0);

  std::string_view name;
  Uuid topic_id;
  UnknownTags unknown_tags;

  WIRE_FIELDS(TopicRecord) {
    WIRE(name, since(0));
    WIRE(topic_id, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct PartitionRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 3).versions(0, 2).flexible(0);

  std::int32_t partition_id = -1;
  Uuid topic_id;
  std::span<const std::int32_t> replicas;
  std::span<const std::int32_t> isr;
  std::span<const std::int32_t> removing_replicas;
  std::span<const std::int32_t> adding_replicas;
  std::int32_t leader = -1;
  std::int8_t leader_recovery_state = 0;
  std::int32_t leader_epoch = -1;
  std::int32_t partition_epoch = -1;
  std::span<const Uuid> directories;
  Nullable<std::span<const std::int32_t>> eligible_leader_replicas;
  Nullable<std::span<const std::int32_t>> last_known_elr;
  UnknownTags unknown_tags;

  WIRE_FIELDS(PartitionRecord) {
    WIRE(partition_id, since(0));
    WIRE(topic_id, since(0));
    WIRE(replicas, since(0));
    WIRE(isr, since(0));
    WIRE(removing_replicas, since(0));
    WIRE(adding_replicas, since(0));
    WIRE(leader, since(0));
    WIRE_TAG(0, leader_recovery_state, since(0));
    WIRE(leader_epoch, since(0));
    WIRE(partition_epoch, since(0));
    WIRE(directories, since(1));
    WIRE_TAG(1, eligible_leader_replicas, since(2).nullable());
    WIRE_TAG(2, last_known_elr, since(2).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct PartitionChangeRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 5).versions(0, 2).flexible(0);

  std::int32_t partition_id = -1;
  Uuid topic_id;
  Nullable<std::span<const std::int32_t>> isr;
  std::int32_t leader = -2;
  Nullable<std::span<const std::int32_t>> replicas;
  Nullable<std::span<const std::int32_t>> removing_replicas;
  Nullable<std::span<const std::int32_t>> adding_replicas;
  std::int8_t leader_recovery_state = -1;
  Nullable<std::span<const Uuid>> directories;
  Nullable<std::span<const std::int32_t>> eligible_leader_replicas;
  Nullable<std::span<const std::int32_t>> last_known_elr;
  UnknownTags unknown_tags;

  WIRE_FIELDS(PartitionChangeRecord) {
    WIRE(partition_id, since(0));
    WIRE(topic_id, since(0));
    WIRE_TAG(0, isr, since(0).nullable());
    WIRE_TAG(1, leader, since(0));
    WIRE_TAG(2, replicas, since(0).nullable());
    WIRE_TAG(3, removing_replicas, since(0).nullable());
    WIRE_TAG(4, adding_replicas, since(0).nullable());
    WIRE_TAG(5, leader_recovery_state, since(0));
    WIRE_TAG(8, directories, since(1).nullable());
    WIRE_TAG(6, eligible_leader_replicas, since(2).nullable());
    WIRE_TAG(7, last_known_elr, since(2).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct RemoveTopicRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 9).versions(0, 0).flexible(0);

  Uuid topic_id;
  UnknownTags unknown_tags;

  WIRE_FIELDS(RemoveTopicRecord) {
    WIRE(topic_id, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct ClearElrRecord {
  static constexpr Schema kSchema = schema(Family::kMetadataRecord, 28).versions(0, 0).flexible(0);

  std::string_view topic_name;
  UnknownTags unknown_tags;

  WIRE_FIELDS(ClearElrRecord) {
    WIRE(topic_name, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
