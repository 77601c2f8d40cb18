// Produce: Appends record batches to partitions; with acks=0 no response follows.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ProduceRequest {
  static constexpr Schema kSchema = request(0).versions(0, 13).flexible(9);

  struct PartitionProduceData {
    std::int32_t index = 0;
    Records records;

    WIRE_FIELDS(PartitionProduceData) {
      WIRE(index, since(0));
      WIRE(records, since(0).nullable());
    }
  };

  struct TopicProduceData {
    std::string_view name;
    Uuid topic_id;
    std::span<PartitionProduceData> partition_data;

    WIRE_FIELDS(TopicProduceData) {
      WIRE(name, since(0).until(12).ignorable());
      WIRE(topic_id, since(13).ignorable());
      WIRE(partition_data, since(0));
    }
  };

  Nullable<std::string_view> transactional_id;
  std::int16_t acks = 0;
  std::int32_t timeout_ms = 0;
  std::span<TopicProduceData> topic_data;

  WIRE_FIELDS(ProduceRequest) {
    WIRE(transactional_id, since(3).nullable());
    WIRE(acks, since(0));
    WIRE(timeout_ms, since(0));
    WIRE(topic_data, since(0));
  }
};

// Says where each batch was appended, or why not.
struct ProduceResponse {
  static constexpr Schema kSchema = response(0).versions(0, 13).flexible(9);

  struct BatchIndexAndErrorMessage {
    std::int32_t batch_index = 0;
    Nullable<std::string_view> batch_index_error_message;

    WIRE_FIELDS(BatchIndexAndErrorMessage) {
      WIRE(batch_index, since(8));
      WIRE(batch_index_error_message, since(8).nullable());
    }
  };

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;

    WIRE_FIELDS(LeaderIdAndEpoch) {
      WIRE(leader_id, since(10));
      WIRE(leader_epoch, since(10));
    }
  };

  struct PartitionProduceResponse {
    std::int32_t index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::int64_t base_offset = 0;
    std::int64_t log_append_time_ms = -1;
    std::int64_t log_start_offset = -1;
    std::span<BatchIndexAndErrorMessage> record_errors;
    Nullable<std::string_view> error_message;
    LeaderIdAndEpoch current_leader;

    WIRE_FIELDS(PartitionProduceResponse) {
      WIRE(index, since(0));
      WIRE(error_code, since(0));
      WIRE(base_offset, since(0));
      WIRE(log_append_time_ms, since(2).ignorable());
      WIRE(log_start_offset, since(5).ignorable());
      WIRE(record_errors, since(8).ignorable());
      WIRE(error_message, since(8).nullable().ignorable());
      WIRE_TAG(0, current_leader, since(10));
    }
  };

  struct TopicProduceResponse {
    std::string_view name;
    Uuid topic_id;
    std::span<PartitionProduceResponse> partition_responses;

    WIRE_FIELDS(TopicProduceResponse) {
      WIRE(name, since(0).until(12).ignorable());
      WIRE(topic_id, since(13).ignorable());
      WIRE(partition_responses, since(0));
    }
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string_view host;
    std::int32_t port = 0;
    Nullable<std::string_view> rack;

    WIRE_FIELDS(NodeEndpoint) {
      WIRE(node_id, since(10));
      WIRE(host, since(10));
      WIRE(port, since(10));
      WIRE(rack, since(10).nullable());
    }
  };

  std::span<TopicProduceResponse> responses;
  std::int32_t throttle_time_ms = 0;
  std::span<NodeEndpoint> node_endpoints;

  WIRE_FIELDS(ProduceResponse) {
    WIRE(responses, since(0));
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE_TAG(0, node_endpoints, since(10));
  }
};

}  // namespace barnabas::wire
