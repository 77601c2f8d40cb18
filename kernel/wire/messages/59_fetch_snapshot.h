// FetchSnapshot: Fetches a piece of a snapshot of the metadata log.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct FetchSnapshotRequest {
  static constexpr Schema kSchema = request(59).versions(0, 1).flexible(0);

  struct SnapshotId {
    std::int64_t end_offset = 0;
    std::int32_t epoch = 0;

    WIRE_FIELDS(SnapshotId) {
      WIRE(end_offset, since(0));
      WIRE(epoch, since(0));
    }
  };

  struct PartitionSnapshot {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = 0;
    SnapshotId snapshot_id;
    std::int64_t position = 0;
    Uuid replica_directory_id;

    WIRE_FIELDS(PartitionSnapshot) {
      WIRE(partition, since(0));
      WIRE(current_leader_epoch, since(0));
      WIRE(snapshot_id, since(0));
      WIRE(position, since(0));
      WIRE_TAG(0, replica_directory_id, since(1).ignorable());
    }
  };

  struct TopicSnapshot {
    std::string_view name;
    std::span<PartitionSnapshot> partitions;

    WIRE_FIELDS(TopicSnapshot) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  Nullable<std::string_view> cluster_id;
  std::int32_t replica_id = -1;
  std::int32_t max_bytes = 2147483647;
  std::span<TopicSnapshot> topics;

  WIRE_FIELDS(FetchSnapshotRequest) {
    WIRE_TAG(0, cluster_id, since(0).nullable());
    WIRE(replica_id, since(0));
    WIRE(max_bytes, since(0));
    WIRE(topics, since(0));
  }
};

// Carries the piece and the size of the whole.
struct FetchSnapshotResponse {
  static constexpr Schema kSchema = response(59).versions(0, 1).flexible(0);

  struct SnapshotId {
    std::int64_t end_offset = 0;
    std::int32_t epoch = 0;

    WIRE_FIELDS(SnapshotId) {
      WIRE(end_offset, since(0));
      WIRE(epoch, since(0));
    }
  };

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;

    WIRE_FIELDS(LeaderIdAndEpoch) {
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
    }
  };

  struct PartitionSnapshot {
    std::int32_t index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    SnapshotId snapshot_id;
    LeaderIdAndEpoch current_leader;
    std::int64_t size = 0;
    std::int64_t position = 0;
    Records unaligned_records;

    WIRE_FIELDS(PartitionSnapshot) {
      WIRE(index, since(0));
      WIRE(error_code, since(0));
      WIRE(snapshot_id, since(0));
      WIRE_TAG(0, current_leader, since(0));
      WIRE(size, since(0));
      WIRE(position, since(0));
      WIRE(unaligned_records, since(0));
    }
  };

  struct TopicSnapshot {
    std::string_view name;
    std::span<PartitionSnapshot> partitions;

    WIRE_FIELDS(TopicSnapshot) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string_view host;
    std::uint16_t port = 0;

    WIRE_FIELDS(NodeEndpoint) {
      WIRE(node_id, since(1));
      WIRE(host, since(1));
      WIRE(port, since(1));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<TopicSnapshot> topics;
  std::span<NodeEndpoint> node_endpoints;

  WIRE_FIELDS(FetchSnapshotResponse) {
    WIRE(throttle_time_ms, since(0).ignorable());
    WIRE(error_code, since(0));
    WIRE(topics, since(0));
    WIRE_TAG(0, node_endpoints, since(1));
  }
};

}  // namespace barnabas::wire
