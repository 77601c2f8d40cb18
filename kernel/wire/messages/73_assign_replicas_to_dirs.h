// AssignReplicasToDirs: A broker tells the controller in which directories its replicas lie.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AssignReplicasToDirsRequest {
  static constexpr Schema kSchema = request(73).versions(0, 0).flexible(0);

  struct PartitionData {
    std::int32_t partition_index = 0;

    WIRE_FIELDS(PartitionData) { WIRE(partition_index, since(0)); }
  };

  struct TopicData {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct DirectoryData {
    Uuid id;
    std::span<TopicData> topics;

    WIRE_FIELDS(DirectoryData) {
      WIRE(id, since(0));
      WIRE(topics, since(0));
    }
  };

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;
  std::span<DirectoryData> directories;

  WIRE_FIELDS(AssignReplicasToDirsRequest) {
    WIRE(broker_id, since(0));
    WIRE(broker_epoch, since(0));
    WIRE(directories, since(0));
  }
};

// Says for each partition whether that was noted.
struct AssignReplicasToDirsResponse {
  static constexpr Schema kSchema = response(73).versions(0, 0).flexible(0);

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
    }
  };

  struct TopicData {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct DirectoryData {
    Uuid id;
    std::span<TopicData> topics;

    WIRE_FIELDS(DirectoryData) {
      WIRE(id, since(0));
      WIRE(topics, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<DirectoryData> directories;

  WIRE_FIELDS(AssignReplicasToDirsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(directories, since(0));
  }
};

}  // namespace barnabas::wire
