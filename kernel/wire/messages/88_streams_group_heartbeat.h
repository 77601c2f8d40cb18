// StreamsGroupHeartbeat: Joins, keeps alive or leaves a streams group (KIP-1071), and brings topology and tasks.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct StreamsGroupHeartbeatRequest {
  static constexpr Schema kSchema = request(88).versions(0, 0).flexible(0);

  struct KeyValue {
    std::string_view key;
    std::string_view value;

    WIRE_FIELDS(KeyValue) {
      WIRE(key, since(0));
      WIRE(value, since(0));
    }
  };

  struct TopicInfo {
    std::string_view name;
    std::int32_t partitions = 0;
    std::int16_t replication_factor = 0;
    std::span<KeyValue> topic_configs;

    WIRE_FIELDS(TopicInfo) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
      WIRE(replication_factor, since(0));
      WIRE(topic_configs, since(0));
    }
  };

  struct CopartitionGroup {
    std::span<const std::int16_t> source_topics;
    std::span<const std::int16_t> source_topic_regex;
    std::span<const std::int16_t> repartition_source_topics;

    WIRE_FIELDS(CopartitionGroup) {
      WIRE(source_topics, since(0));
      WIRE(source_topic_regex, since(0));
      WIRE(repartition_source_topics, since(0));
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

    WIRE_FIELDS(Subtopology) {
      WIRE(subtopology_id, since(0));
      WIRE(source_topics, since(0));
      WIRE(source_topic_regex, since(0));
      WIRE(state_changelog_topics, since(0));
      WIRE(repartition_sink_topics, since(0));
      WIRE(repartition_source_topics, since(0));
      WIRE(copartition_groups, since(0));
    }
  };

  struct Topology {
    std::int32_t epoch = 0;
    std::span<Subtopology> subtopologies;

    WIRE_FIELDS(Topology) {
      WIRE(epoch, since(0));
      WIRE(subtopologies, since(0));
    }
  };

  struct TaskIds {
    std::string_view subtopology_id;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TaskIds) {
      WIRE(subtopology_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct Endpoint {
    std::string_view host;
    std::uint16_t port = 0;

    WIRE_FIELDS(Endpoint) {
      WIRE(host, since(0));
      WIRE(port, since(0));
    }
  };

  struct TaskOffset {
    std::string_view subtopology_id;
    std::int32_t partition = 0;
    std::int64_t offset = 0;

    WIRE_FIELDS(TaskOffset) {
      WIRE(subtopology_id, since(0));
      WIRE(partition, since(0));
      WIRE(offset, since(0));
    }
  };

  std::string_view group_id;
  std::string_view member_id;
  std::int32_t member_epoch = 0;
  std::int32_t endpoint_information_epoch = 0;
  Nullable<std::string_view> instance_id;
  Nullable<std::string_view> rack_id;
  std::int32_t rebalance_timeout_ms = -1;
  Nullable<Topology> topology;
  Nullable<std::span<TaskIds>> active_tasks;
  Nullable<std::span<TaskIds>> standby_tasks;
  Nullable<std::span<TaskIds>> warmup_tasks;
  Nullable<std::string_view> process_id;
  Nullable<Endpoint> user_endpoint;
  Nullable<std::span<KeyValue>> client_tags;
  Nullable<std::span<TaskOffset>> task_offsets;
  Nullable<std::span<TaskOffset>> task_end_offsets;
  bool shutdown_application = false;

  WIRE_FIELDS(StreamsGroupHeartbeatRequest) {
    WIRE(group_id, since(0));
    WIRE(member_id, since(0));
    WIRE(member_epoch, since(0));
    WIRE(endpoint_information_epoch, since(0));
    WIRE(instance_id, since(0).nullable());
    WIRE(rack_id, since(0).nullable());
    WIRE(rebalance_timeout_ms, since(0));
    WIRE(topology, since(0).nullable());
    WIRE(active_tasks, since(0).nullable());
    WIRE(standby_tasks, since(0).nullable());
    WIRE(warmup_tasks, since(0).nullable());
    WIRE(process_id, since(0).nullable());
    WIRE(user_endpoint, since(0).nullable());
    WIRE(client_tags, since(0).nullable());
    WIRE(task_offsets, since(0).nullable());
    WIRE(task_end_offsets, since(0).nullable());
    WIRE(shutdown_application, since(0));
  }
};

// Gives the member its epoch, its tasks, and what is amiss with the group.
struct StreamsGroupHeartbeatResponse {
  static constexpr Schema kSchema = response(88).versions(0, 0).flexible(0);

  struct Status {
    std::int8_t status_code = 0;
    std::string_view status_detail;

    WIRE_FIELDS(Status) {
      WIRE(status_code, since(0));
      WIRE(status_detail, since(0));
    }
  };

  struct TaskIds {
    std::string_view subtopology_id;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TaskIds) {
      WIRE(subtopology_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct Endpoint {
    std::string_view host;
    std::uint16_t port = 0;

    WIRE_FIELDS(Endpoint) {
      WIRE(host, since(0));
      WIRE(port, since(0));
    }
  };

  struct TopicPartition {
    std::string_view topic;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TopicPartition) {
      WIRE(topic, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct EndpointToPartitions {
    Endpoint user_endpoint;
    std::span<TopicPartition> active_partitions;
    std::span<TopicPartition> standby_partitions;

    WIRE_FIELDS(EndpointToPartitions) {
      WIRE(user_endpoint, since(0));
      WIRE(active_partitions, since(0));
      WIRE(standby_partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message;
  std::string_view member_id;
  std::int32_t member_epoch = 0;
  std::int32_t heartbeat_interval_ms = 0;
  std::int32_t acceptable_recovery_lag = 0;
  std::int32_t task_offset_interval_ms = 0;
  Nullable<std::span<Status>> status = kEmpty;
  Nullable<std::span<TaskIds>> active_tasks;
  Nullable<std::span<TaskIds>> standby_tasks;
  Nullable<std::span<TaskIds>> warmup_tasks;
  std::int32_t endpoint_information_epoch = 0;
  Nullable<std::span<EndpointToPartitions>> partitions_by_user_endpoint;

  WIRE_FIELDS(StreamsGroupHeartbeatResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(member_id, since(0));
    WIRE(member_epoch, since(0));
    WIRE(heartbeat_interval_ms, since(0));
    WIRE(acceptable_recovery_lag, since(0));
    WIRE(task_offset_interval_ms, since(0));
    WIRE(status, since(0).nullable());
    WIRE(active_tasks, since(0).nullable());
    WIRE(standby_tasks, since(0).nullable());
    WIRE(warmup_tasks, since(0).nullable());
    WIRE(endpoint_information_epoch, since(0));
    WIRE(partitions_by_user_endpoint, since(0).nullable());
  }
};

}  // namespace barnabas::wire
