// StreamsGroupDescribe: Asks for the state, topology and members of streams groups.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct StreamsGroupDescribeRequest {
  static constexpr Schema kSchema = request(89).versions(0, 0).flexible(0);

  std::span<const std::string_view> group_ids;
  bool include_authorized_operations = false;

  WIRE_FIELDS(StreamsGroupDescribeRequest) {
    WIRE(group_ids, since(0));
    WIRE(include_authorized_operations, since(0));
  }
};

// Describes each group.
struct StreamsGroupDescribeResponse {
  static constexpr Schema kSchema = response(89).versions(0, 0).flexible(0);

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

  struct Subtopology {
    std::string_view subtopology_id;
    std::span<const std::string_view> source_topics;
    std::span<const std::string_view> repartition_sink_topics;
    std::span<TopicInfo> state_changelog_topics;
    std::span<TopicInfo> repartition_source_topics;

    WIRE_FIELDS(Subtopology) {
      WIRE(subtopology_id, since(0));
      WIRE(source_topics, since(0));
      WIRE(repartition_sink_topics, since(0));
      WIRE(state_changelog_topics, since(0));
      WIRE(repartition_source_topics, since(0));
    }
  };

  struct Topology {
    std::int32_t epoch = 0;
    Nullable<std::span<Subtopology>> subtopologies;

    WIRE_FIELDS(Topology) {
      WIRE(epoch, since(0));
      WIRE(subtopologies, since(0).nullable());
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

  struct TaskIds {
    std::string_view subtopology_id;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TaskIds) {
      WIRE(subtopology_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct Assignment {
    std::span<TaskIds> active_tasks;
    std::span<TaskIds> standby_tasks;
    std::span<TaskIds> warmup_tasks;

    WIRE_FIELDS(Assignment) {
      WIRE(active_tasks, since(0));
      WIRE(standby_tasks, since(0));
      WIRE(warmup_tasks, since(0));
    }
  };

  struct Member {
    std::string_view member_id;
    std::int32_t member_epoch = 0;
    Nullable<std::string_view> instance_id;
    Nullable<std::string_view> rack_id;
    std::string_view client_id;
    std::string_view client_host;
    std::int32_t topology_epoch = 0;
    std::string_view process_id;
    Nullable<Endpoint> user_endpoint;
    std::span<KeyValue> client_tags;
    std::span<TaskOffset> task_offsets;
    std::span<TaskOffset> task_end_offsets;
    Assignment assignment;
    Assignment target_assignment;
    bool is_classic = false;

    WIRE_FIELDS(Member) {
      WIRE(member_id, since(0));
      WIRE(member_epoch, since(0));
      WIRE(instance_id, since(0).nullable());
      WIRE(rack_id, since(0).nullable());
      WIRE(client_id, since(0));
      WIRE(client_host, since(0));
      WIRE(topology_epoch, since(0));
      WIRE(process_id, since(0));
      WIRE(user_endpoint, since(0).nullable());
      WIRE(client_tags, since(0));
      WIRE(task_offsets, since(0));
      WIRE(task_end_offsets, since(0));
      WIRE(assignment, since(0));
      WIRE(target_assignment, since(0));
      WIRE(is_classic, since(0));
    }
  };

  struct DescribedGroup {
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    std::string_view group_id;
    std::string_view group_state;
    std::int32_t group_epoch = 0;
    std::int32_t assignment_epoch = 0;
    Nullable<Topology> topology;
    std::span<Member> members;
    std::int32_t authorized_operations = -2147483648;

    WIRE_FIELDS(DescribedGroup) {
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(group_id, since(0));
      WIRE(group_state, since(0));
      WIRE(group_epoch, since(0));
      WIRE(assignment_epoch, since(0));
      WIRE(topology, since(0).nullable());
      WIRE(members, since(0));
      WIRE(authorized_operations, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DescribedGroup> groups;

  WIRE_FIELDS(StreamsGroupDescribeResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(groups, since(0));
  }
};

}  // namespace barnabas::wire
