// ShareFetch: Acquires records of partitions for a share group, and acknowledges earlier ones.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ShareFetchRequest {
  static constexpr Schema kSchema = request(78).versions(0, 2).flexible(0);

  struct AcknowledgementBatch {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::span<const std::int8_t> acknowledge_types;

    WIRE_FIELDS(AcknowledgementBatch) {
      WIRE(first_offset, since(0));
      WIRE(last_offset, since(0));
      WIRE(acknowledge_types, since(0));
    }
  };

  struct FetchPartition {
    std::int32_t partition_index = 0;
    std::int32_t partition_max_bytes = 0;
    std::span<AcknowledgementBatch> acknowledgement_batches;

    WIRE_FIELDS(FetchPartition) {
      WIRE(partition_index, since(0));
      WIRE(partition_max_bytes, since(0).until(0));
      WIRE(acknowledgement_batches, since(0));
    }
  };

  struct FetchTopic {
    Uuid topic_id;
    std::span<FetchPartition> partitions;

    WIRE_FIELDS(FetchTopic) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct ForgottenTopic {
    Uuid topic_id;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(ForgottenTopic) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  Nullable<std::string_view> group_id;
  Nullable<std::string_view> member_id = kEmpty;
  std::int32_t share_session_epoch = 0;
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = 2147483647;
  std::int32_t max_records = 0;
  std::int32_t batch_size = 0;
  std::int8_t share_acquire_mode = 0;
  bool is_renew_ack = false;
  std::span<FetchTopic> topics;
  std::span<ForgottenTopic> forgotten_topics_data;

  WIRE_FIELDS(ShareFetchRequest) {
    WIRE(group_id, since(0).nullable());
    WIRE(member_id, since(0).nullable());
    WIRE(share_session_epoch, since(0));
    WIRE(max_wait_ms, since(0));
    WIRE(min_bytes, since(0));
    WIRE(max_bytes, since(0));
    WIRE(max_records, since(1));
    WIRE(batch_size, since(1));
    WIRE(share_acquire_mode, since(2).ignorable());
    WIRE(is_renew_ack, since(2));
    WIRE(topics, since(0));
    WIRE(forgotten_topics_data, since(0));
  }
};

// Carries the records and which of them were acquired.
struct ShareFetchResponse {
  static constexpr Schema kSchema = response(78).versions(0, 2).flexible(0);

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;

    WIRE_FIELDS(LeaderIdAndEpoch) {
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
    }
  };

  struct AcquiredRecords {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::int16_t delivery_count = 0;

    WIRE_FIELDS(AcquiredRecords) {
      WIRE(first_offset, since(0));
      WIRE(last_offset, since(0));
      WIRE(delivery_count, since(0));
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    ErrorCode acknowledge_error_code = ErrorCode::kNone;
    Nullable<std::string_view> acknowledge_error_message;
    LeaderIdAndEpoch current_leader;
    Records records;
    std::span<AcquiredRecords> acquired_records;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(acknowledge_error_code, since(0));
      WIRE(acknowledge_error_message, since(0).nullable());
      WIRE(current_leader, since(0));
      WIRE(records, since(0).null_since(0).null_until(0));
      WIRE(acquired_records, since(0));
    }
  };

  struct ShareFetchableTopicResponse {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(ShareFetchableTopicResponse) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string_view host;
    std::int32_t port = 0;
    Nullable<std::string_view> rack;

    WIRE_FIELDS(NodeEndpoint) {
      WIRE(node_id, since(0));
      WIRE(host, since(0));
      WIRE(port, since(0));
      WIRE(rack, since(0).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message;
  std::int32_t acquisition_lock_timeout_ms = 0;
  std::span<ShareFetchableTopicResponse> responses;
  std::span<NodeEndpoint> node_endpoints;

  WIRE_FIELDS(ShareFetchResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(acquisition_lock_timeout_ms, since(1));
    WIRE(responses, since(0));
    WIRE(node_endpoints, since(0));
  }
};

}  // namespace barnabas::wire
