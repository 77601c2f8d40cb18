// DescribeQuorum: Asks for the state of the metadata quorum.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeQuorumRequest {
  static constexpr Schema kSchema = request(55).versions(0, 2).flexible(0);

  struct PartitionData {
    std::int32_t partition_index = 0;

    WIRE_FIELDS(PartitionData) { WIRE(partition_index, since(0)); }
  };

  struct TopicData {
    std::string_view topic_name;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::span<TopicData> topics;

  WIRE_FIELDS(DescribeQuorumRequest) { WIRE(topics, since(0)); }
};

// Lists voters and observers with how far they have replicated.
struct DescribeQuorumResponse {
  static constexpr Schema kSchema = response(55).versions(0, 2).flexible(0);

  struct ReplicaState {
    std::int32_t replica_id = 0;
    Uuid replica_directory_id;
    std::int64_t log_end_offset = 0;
    std::int64_t last_fetch_timestamp = -1;
    std::int64_t last_caught_up_timestamp = -1;

    WIRE_FIELDS(ReplicaState) {
      WIRE(replica_id, since(0));
      WIRE(replica_directory_id, since(2));
      WIRE(log_end_offset, since(0));
      WIRE(last_fetch_timestamp, since(1).ignorable());
      WIRE(last_caught_up_timestamp, since(1).ignorable());
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message = kEmpty;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t high_watermark = 0;
    std::span<ReplicaState> current_voters;
    std::span<ReplicaState> observers;

    WIRE_FIELDS(PartitionData) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(2).nullable().ignorable());
      WIRE(leader_id, since(0));
      WIRE(leader_epoch, since(0));
      WIRE(high_watermark, since(0));
      WIRE(current_voters, since(0));
      WIRE(observers, since(0));
    }
  };

  struct TopicData {
    std::string_view topic_name;
    std::span<PartitionData> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic_name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct Listener {
    std::string_view name;
    std::string_view host;
    std::uint16_t port = 0;

    WIRE_FIELDS(Listener) {
      WIRE(name, since(2));
      WIRE(host, since(2));
      WIRE(port, since(2));
    }
  };

  struct Node {
    std::int32_t node_id = 0;
    std::span<Listener> listeners;

    WIRE_FIELDS(Node) {
      WIRE(node_id, since(2));
      WIRE(listeners, since(2));
    }
  };

  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message = kEmpty;
  std::span<TopicData> topics;
  std::span<Node> nodes;

  WIRE_FIELDS(DescribeQuorumResponse) {
    WIRE(error_code, since(0));
    WIRE(error_message, since(2).nullable().ignorable());
    WIRE(topics, since(0));
    WIRE(nodes, since(2));
  }
};

}  // namespace barnabas::wire
