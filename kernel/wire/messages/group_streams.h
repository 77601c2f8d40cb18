// The state of streams groups (__consumer_offsets, types 17 and 19 to 23).
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct StreamsGroupMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 17).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(StreamsGroupMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct StreamsGroupMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 17).versions(0, 0).flexible(0);

  struct LastAssignmentConfig {
    std::string_view key;
    std::string_view value;
    UnknownTags unknown_tags;

    WIRE_FIELDS(LastAssignmentConfig) {
      WIRE(key, since(0));
      WIRE(value, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t epoch = 0;
  std::int64_t metadata_hash = 0;
  std::int32_t validated_topology_epoch = -1;
  Nullable<std::span<LastAssignmentConfig>> last_assignment_configs = kEmpty;
  UnknownTags unknown_tags;

  WIRE_FIELDS(StreamsGroupMetadataValue) {
    WIRE(epoch, since(0));
    WIRE(metadata_hash, since(0));
    WIRE_TAG(0, validated_topology_epoch, since(0));
    WIRE_TAG(1, last_assignment_configs, since(0).nullable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct StreamsGroupMemberMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 19).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(StreamsGroupMemberMetadataKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct StreamsGroupMemberMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 19).versions(0, 0).flexible(0);

  struct Endpoint {
    std::string_view host;
    std::uint16_t port = 0;
    UnknownTags unknown_tags;

    WIRE_FIELDS(Endpoint) {
      WIRE(host, since(0));
      WIRE(port, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct KeyValue {
    std::string_view key;
    std::string_view value;
    UnknownTags unknown_tags;

    WIRE_FIELDS(KeyValue) {
      WIRE(key, since(0));
      WIRE(value, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  Nullable<std::string_view> instance_id = kEmpty;
  Nullable<std::string_view> rack_id = kEmpty;
  std::string_view client_id;
  std::string_view client_host;
  std::int32_t rebalance_timeout_ms = -1;
  std::int32_t topology_epoch = 0;
  std::string_view process_id;
  Nullable<Endpoint> user_endpoint;
  std::span<KeyValue> client_tags;
  UnknownTags unknown_tags;

  WIRE_FIELDS(StreamsGroupMemberMetadataValue) {
    WIRE(instance_id, since(0).nullable());
    WIRE(rack_id, since(0).nullable());
    WIRE(client_id, since(0));
    WIRE(client_host, since(0));
    WIRE(rebalance_timeout_ms, since(0));
    WIRE(topology_epoch, since(0));
    WIRE(process_id, since(0));
    WIRE(user_endpoint, since(0).nullable());
    WIRE(client_tags, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct StreamsGroupTargetAssignmentMetadataKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 20).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(StreamsGroupTargetAssignmentMetadataKey) { WIRE(group_id, since(0).until(0)); }
};

struct StreamsGroupTargetAssignmentMetadataValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 20).versions(0, 0).flexible(0);

  std::int32_t assignment_epoch = 0;
  std::int64_t assignment_timestamp = 0;
  UnknownTags unknown_tags;

  WIRE_FIELDS(StreamsGroupTargetAssignmentMetadataValue) {
    WIRE(assignment_epoch, since(0));
    WIRE_TAG(0, assignment_timestamp, since(0).ignorable());
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct StreamsGroupTargetAssignmentMemberKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 21).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(StreamsGroupTargetAssignmentMemberKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct StreamsGroupTargetAssignmentMemberValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 21).versions(0, 0).flexible(0);

  struct TaskIds {
    std::string_view subtopology_id;
    std::span<const std::int32_t> partitions;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TaskIds) {
      WIRE(subtopology_id, since(0));
      WIRE(partitions, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::span<TaskIds> active_tasks;
  std::span<TaskIds> standby_tasks;
  std::span<TaskIds> warmup_tasks;
  UnknownTags unknown_tags;

  WIRE_FIELDS(StreamsGroupTargetAssignmentMemberValue) {
    WIRE(active_tasks, since(0));
    WIRE(standby_tasks, since(0));
    WIRE(warmup_tasks, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct StreamsGroupCurrentMemberAssignmentKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 22).versions(0, 0);

  std::string_view group_id;
  std::string_view member_id;

  WIRE_FIELDS(StreamsGroupCurrentMemberAssignmentKey) {
    WIRE(group_id, since(0).until(0));
    WIRE(member_id, since(0).until(0));
  }
};

struct StreamsGroupCurrentMemberAssignmentValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 22).versions(0, 0).flexible(0);

  struct TaskIds {
    std::string_view subtopology_id;
    std::span<const std::int32_t> partitions;
    Nullable<std::span<const std::int32_t>> assignment_epochs = kEmpty;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TaskIds) {
      WIRE(subtopology_id, since(0));
      WIRE(partitions, since(0));
      WIRE_TAG(0, assignment_epochs, since(0).nullable());
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t member_epoch = 0;
  std::int32_t previous_member_epoch = 0;
  std::int8_t state = 0;
  std::span<TaskIds> active_tasks;
  std::span<TaskIds> standby_tasks;
  std::span<TaskIds> warmup_tasks;
  std::span<TaskIds> active_tasks_pending_revocation;
  std::span<TaskIds> standby_tasks_pending_revocation;
  std::span<TaskIds> warmup_tasks_pending_revocation;
  UnknownTags unknown_tags;

  WIRE_FIELDS(StreamsGroupCurrentMemberAssignmentValue) {
    WIRE(member_epoch, since(0));
    WIRE(previous_member_epoch, since(0));
    WIRE(state, since(0));
    WIRE(active_tasks, since(0));
    WIRE(standby_tasks, since(0));
    WIRE(warmup_tasks, since(0));
    WIRE(active_tasks_pending_revocation, since(0));
    WIRE(standby_tasks_pending_revocation, since(0));
    WIRE(warmup_tasks_pending_revocation, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

struct StreamsGroupTopologyKey {
  static constexpr Schema kSchema = schema(Family::kGroupKey, 23).versions(0, 0);

  std::string_view group_id;

  WIRE_FIELDS(StreamsGroupTopologyKey) { WIRE(group_id, since(0).until(0)); }
};

struct StreamsGroupTopologyValue {
  static constexpr Schema kSchema = schema(Family::kGroupValue, 23).versions(0, 0).flexible(0);

  struct TopicConfig {
    std::string_view key;
    std::string_view value;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicConfig) {
      WIRE(key, since(0));
      WIRE(value, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct TopicInfo {
    std::string_view name;
    std::int32_t partitions = 0;
    std::int16_t replication_factor = 0;
    std::span<TopicConfig> topic_configs;
    UnknownTags unknown_tags;

    WIRE_FIELDS(TopicInfo) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
      WIRE(replication_factor, since(0));
      WIRE(topic_configs, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct CopartitionGroup {
    std::span<const std::int16_t> source_topics;
    std::span<const std::int16_t> source_topic_regex;
    std::span<const std::int16_t> repartition_source_topics;
    UnknownTags unknown_tags;

    WIRE_FIELDS(CopartitionGroup) {
      WIRE(source_topics, since(0));
      WIRE(source_topic_regex, since(0));
      WIRE(repartition_source_topics, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  struct Subtopology {
    std::string_view subtopology_id;
    std::span<const std::string_view> source_topics;
    std::span<const std::string_view> source_topic_regex;
    std::span<TopicInfo> state_changelog_topics;
    std::span<const std::string_view> repartition_sink_topics;
    std::span<TopicInfo> repartition_source_topics;
    std::span<CopartitionGroup> copartition_groups;
    UnknownTags unknown_tags;

    WIRE_FIELDS(Subtopology) {
      WIRE(subtopology_id, since(0));
      WIRE(source_topics, since(0));
      WIRE(source_topic_regex, since(0));
      WIRE(state_changelog_topics, since(0));
      WIRE(repartition_sink_topics, since(0));
      WIRE(repartition_source_topics, since(0));
      WIRE(copartition_groups, since(0));
      WIRE_UNKNOWN_TAGS(unknown_tags);
    }
  };

  std::int32_t epoch = 0;
  std::span<Subtopology> subtopologies;
  UnknownTags unknown_tags;

  WIRE_FIELDS(StreamsGroupTopologyValue) {
    WIRE(epoch, since(0));
    WIRE(subtopologies, since(0));
    WIRE_UNKNOWN_TAGS(unknown_tags);
  }
};

}  // namespace barnabas::wire
