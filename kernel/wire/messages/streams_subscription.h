// What Kafka Streams puts into the user data of its subscriptions.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct SubscriptionInfoData {
  static constexpr Schema kSchema = data().versions(1, 11);

  struct TaskId {
    std::int32_t topic_group_id = 0;
    std::int32_t partition = 0;

    WIRE_FIELDS(TaskId) {
      WIRE(topic_group_id, since(1).until(6));
      WIRE(partition, since(1).until(6));
    }
  };

  struct PartitionToOffsetSum {
    std::int32_t partition = 0;
    std::int64_t offset_sum = 0;

    WIRE_FIELDS(PartitionToOffsetSum) {
      WIRE(partition, since(7).until(9));
      WIRE(offset_sum, since(7).until(9));
    }
  };

  struct TaskOffsetSum {
    std::int32_t topic_group_id = 0;
    std::int32_t partition = 0;
    std::int64_t offset_sum = 0;
    Nullable<std::string_view> named_topology = kEmpty;
    std::span<PartitionToOffsetSum> partition_to_offset_sum;

    WIRE_FIELDS(TaskOffsetSum) {
      WIRE(topic_group_id, since(7));
      WIRE(partition, since(10));
      WIRE(offset_sum, since(10));
      WIRE(named_topology, since(10).nullable());
      WIRE(partition_to_offset_sum, since(7).until(9));
    }
  };

  struct ClientTag {
    Bytes key;
    Bytes value;

    WIRE_FIELDS(ClientTag) {
      WIRE(key, since(11));
      WIRE(value, since(11));
    }
  };

  std::int32_t version = 0;
  std::int32_t latest_supported_version = -1;
  Uuid process_id;
  std::span<TaskId> prev_tasks;
  std::span<TaskId> standby_tasks;
  Bytes user_end_point;
  std::span<TaskOffsetSum> task_offset_sums;
  std::int8_t unique_field = 0;
  std::int32_t error_code = 0;
  std::span<ClientTag> client_tags;

  WIRE_FIELDS(SubscriptionInfoData) {
    WIRE(version, since(1));
    WIRE(latest_supported_version, since(3));
    WIRE(process_id, since(1));
    WIRE(prev_tasks, since(1).until(6));
    WIRE(standby_tasks, since(1).until(6));
    WIRE(user_end_point, since(2));
    WIRE(task_offset_sums, since(7));
    WIRE(unique_field, since(8));
    WIRE(error_code, since(9));
    WIRE(client_tags, since(11));
  }
};

}  // namespace barnabas::wire
