// ShareAcknowledge: Acknowledges, releases or rejects acquired records of a share group.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ShareAcknowledgeRequest {
  static constexpr Schema kSchema = request(79).versions(0, 2).flexible(0);

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

  struct AcknowledgePartition {
    std::int32_t partition_index = 0;
    std::span<AcknowledgementBatch> acknowledgement_batches;

    WIRE_FIELDS(AcknowledgePartition) {
      WIRE(partition_index, since(0));
      WIRE(acknowledgement_batches, since(0));
    }
  };

  struct AcknowledgeTopic {
    Uuid topic_id;
    std::span<AcknowledgePartition> partitions;

    WIRE_FIELDS(AcknowledgeTopic) {
      WIRE(topic_id, since(0));
      WIRE(partitions, since(0));
    }
  };

  Nullable<std::string_view> group_id;
  Nullable<std::string_view> member_id = kEmpty;
  std::int32_t share_session_epoch = 0;
  bool is_renew_ack = false;
  std::span<AcknowledgeTopic> topics;

  WIRE_FIELDS(ShareAcknowledgeRequest) {
    WIRE(group_id, since(0).nullable());
    WIRE(member_id, since(0).nullable());
    WIRE(share_session_epoch, since(0));
    WIRE(is_renew_ack, since(2));
    WIRE(topics, since(0));
  }
};

// Says for each partition whether that was taken.
struct ShareAcknowledgeResponse {
  static constexpr Schema kSchema = response(79).versions(0, 2).flexible(0);

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;

    WIRE_FIELDS(LeaderIdAndEpoch) {
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    LeaderIdAndEpoch current_leader;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(current_leader, since(0));
    }
  };

  struct ShareAcknowledgeTopicResponse {
    Uuid topic_id;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(ShareAcknowledgeTopicResponse) {
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
  std::span<ShareAcknowledgeTopicResponse> responses;
  std::span<NodeEndpoint> node_endpoints;

  WIRE_FIELDS(ShareAcknowledgeResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(acquisition_lock_timeout_ms, since(2).ignorable());
    WIRE(responses, since(0));
    WIRE(node_endpoints, since(0));
  }
};

}  // namespace barnabas::wire
