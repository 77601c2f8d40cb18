// Fetch: Reads record batches from partitions, for consumers and followers; may wait until there are enough octets.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct FetchRequest {
  static constexpr Schema kSchema = request(1).versions(0, 18).flexible(12);

  struct ReplicaState {
    std::int32_t replica_id = -1;
    std::int64_t replica_epoch = -1;

    WIRE_FIELDS(ReplicaState) {
      WIRE(replica_id, since(15));
      WIRE(replica_epoch, since(15));
    }
  };

  struct FetchPartition {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t fetch_offset = 0;
    std::int32_t last_fetched_epoch = -1;
    std::int64_t log_start_offset = -1;
    std::int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;
    std::int64_t high_watermark = 9223372036854775807;

    WIRE_FIELDS(FetchPartition) {
      WIRE(partition, since(0));
      WIRE(current_leader_epoch, since(9).ignorable());
      WIRE(fetch_offset, since(0));
      WIRE(last_fetched_epoch, since(12));
      WIRE(log_start_offset, since(5).ignorable());
      WIRE(partition_max_bytes, since(0));
      WIRE_TAG(0, replica_directory_id, since(17).ignorable());
      WIRE_TAG(1, high_watermark, since(18).ignorable());
    }
  };

  struct FetchTopic {
    std::string_view topic;
    Uuid topic_id;
    std::span<FetchPartition> partitions;

    WIRE_FIELDS(FetchTopic) {
      WIRE(topic, since(0).until(12).ignorable());
      WIRE(topic_id, since(13).ignorable());
      WIRE(partitions, since(0));
    }
  };

  struct ForgottenTopic {
    std::string_view topic;
    Uuid topic_id;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(ForgottenTopic) {
      WIRE(topic, since(7).until(12).ignorable());
      WIRE(topic_id, since(13).ignorable());
      WIRE(partitions, since(7));
    }
  };

  Nullable<std::string_view> cluster_id;
  std::int32_t replica_id = -1;
  ReplicaState replica_state;
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = 2147483647;
  std::int8_t isolation_level = 0;
  std::int32_t session_id = 0;
  std::int32_t session_epoch = -1;
  std::span<FetchTopic> topics;
  std::span<ForgottenTopic> forgotten_topics_data;
  std::string_view rack_id;

  WIRE_FIELDS(FetchRequest) {
    WIRE_TAG(0, cluster_id, since(12).nullable().ignorable());
    WIRE(replica_id, since(0).until(14));
    WIRE_TAG(1, replica_state, since(15));
    WIRE(max_wait_ms, since(0));
    WIRE(min_bytes, since(0));
    WIRE(max_bytes, since(3).ignorable());
    WIRE(isolation_level, since(4).ignorable());
    WIRE(session_id, since(7).ignorable());
    WIRE(session_epoch, since(7).ignorable());
    WIRE(topics, since(0));
    WIRE(forgotten_topics_data, since(7));
    WIRE(rack_id, since(11).ignorable());
  }
};

// Carries the record batches, the watermarks, and for followers where their log diverges.
struct FetchResponse {
  static constexpr Schema kSchema = response(1).versions(0, 18).flexible(12);

  struct EpochEndOffset {
    std::int32_t epoch = -1;
    std::int64_t end_offset = -1;

    WIRE_FIELDS(EpochEndOffset) {
      WIRE(epoch, since(12));
      WIRE(end_offset, since(12));
    }
  };

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;

    WIRE_FIELDS(LeaderIdAndEpoch) {
      WIRE(leader_id, since(12));
      WIRE(leader_epoch, since(12));
    }
  };

  struct SnapshotId {
    std::int64_t end_offset = -1;
    std::int32_t epoch = -1;

    WIRE_FIELDS(SnapshotId) {
      WIRE(end_offset, since(12));
      WIRE(epoch, since(12));
    }
  };

  struct AbortedTransaction {
    std::int64_t producer_id = 0;
    std::int64_t first_offset = 0;

    WIRE_FIELDS(AbortedTransaction) {
      WIRE(producer_id, since(4));
      WIRE(first_offset, since(4));
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::int64_t high_watermark = 0;
    std::int64_t last_stable_offset = -1;
    std::int64_t log_start_offset = -1;
    EpochEndOffset diverging_epoch;
    LeaderIdAndEpoch current_leader;
    SnapshotId snapshot_id;
    Nullable<std::span<AbortedTransaction>> aborted_transactions = kEmpty;
    std::int32_t preferred_read_replica = -1;
    Records records;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(high_watermark, since(0));
      WIRE(last_stable_offset, since(4).ignorable());
      WIRE(log_start_offset, since(5).ignorable());
      WIRE_TAG(0, diverging_epoch, since(12));
      WIRE_TAG(1, current_leader, since(12));
      WIRE_TAG(2, snapshot_id, since(12));
      WIRE(aborted_transactions, since(4).nullable().ignorable());
      WIRE(preferred_read_replica, since(11));
      WIRE(records, since(0).nullable());
    }
  };

  struct FetchableTopicResponse {
    std::string_view topic;
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(FetchableTopicResponse) {
      WIRE(topic, since(0).until(12).ignorable());
      WIRE(topic_id, since(13).ignorable());
      WIRE(partitions, since(0));
    }
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string_view host;
    std::int32_t port = 0;
    Nullable<std::string_view> rack;

    WIRE_FIELDS(NodeEndpoint) {
      WIRE(node_id, since(16));
      WIRE(host, since(16));
      WIRE(port, since(16));
      WIRE(rack, since(16).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::int32_t session_id = 0;
  std::span<FetchableTopicResponse> responses;
  std::span<NodeEndpoint> node_endpoints;

  WIRE_FIELDS(FetchResponse) {
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE(error_code, since(7).ignorable());
    WIRE(session_id, since(7));
    WIRE(responses, since(0));
    WIRE_TAG(0, node_endpoints, since(16));
  }
};

}  // namespace barnabas::wire
