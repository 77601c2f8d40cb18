// AlterReplicaLogDirs: Moves replicas between the directories of a broker.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AlterReplicaLogDirsRequest {
  static constexpr Schema kSchema = request(34).versions(0, 2).flexible(2);

  struct AlterReplicaLogDirTopic {
    std::string_view name;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(AlterReplicaLogDirTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct AlterReplicaLogDir {
    std::string_view path;
    std::span<AlterReplicaLogDirTopic> topics;

    WIRE_FIELDS(AlterReplicaLogDir) {
      WIRE(path, since(0));
      WIRE(topics, since(0));
    }
  };

  std::span<AlterReplicaLogDir> dirs;

  WIRE_FIELDS(AlterReplicaLogDirsRequest) { WIRE(dirs, since(0)); }
};

// Says for each partition whether the move began.
struct AlterReplicaLogDirsResponse {
  static constexpr Schema kSchema = response(34).versions(0, 2).flexible(2);

  struct AlterReplicaLogDirPartitionResult {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;

    WIRE_FIELDS(AlterReplicaLogDirPartitionResult) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
    }
  };

  struct AlterReplicaLogDirTopicResult {
    std::string_view topic_name;
    std::span<AlterReplicaLogDirPartitionResult> partitions;

    WIRE_FIELDS(AlterReplicaLogDirTopicResult) {
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<AlterReplicaLogDirTopicResult> results;

  WIRE_FIELDS(AlterReplicaLogDirsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(results, since(0));
  }
};

}  // namespace barnabas::wire
