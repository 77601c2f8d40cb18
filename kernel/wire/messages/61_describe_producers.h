// DescribeProducers: Asks for the producers that are active in partitions.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeProducersRequest {
  static constexpr Schema kSchema = request(61).versions(0, 0).flexible(0);

  struct TopicRequest {
    std::string_view name;
    std::span<const std::int32_t> partition_indexes;

    WIRE_FIELDS(TopicRequest) {
      WIRE(name, since(0));
      WIRE(partition_indexes, since(0));
    }
  };

  std::span<TopicRequest> topics;

  WIRE_FIELDS(DescribeProducersRequest) { WIRE(topics, since(0)); }
};

// Lists them with their epochs, sequences and open transactions.
struct DescribeProducersResponse {
  static constexpr Schema kSchema = response(61).versions(0, 0).flexible(0);

  struct ProducerState {
    std::int64_t producer_id = 0;
    std::int32_t producer_epoch = 0;
    std::int32_t last_sequence = -1;
    std::int64_t last_timestamp = -1;
    std::int32_t coordinator_epoch = 0;
    std::int64_t current_txn_start_offset = -1;

    WIRE_FIELDS(ProducerState) {
      WIRE(producer_id, since(0));
      WIRE(producer_epoch, since(0));
      WIRE(last_sequence, since(0));
      WIRE(last_timestamp, since(0));
      WIRE(coordinator_epoch, since(0));
      WIRE(current_txn_start_offset, since(0));
    }
  };

  struct PartitionResponse {
    std::int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;
    std::span<ProducerState> active_producers;

    WIRE_FIELDS(PartitionResponse) {
      WIRE(partition_index, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
      WIRE(active_producers, since(0));
    }
  };

  struct TopicResponse {
    std::string_view name;
    std::span<PartitionResponse> partitions;

    WIRE_FIELDS(TopicResponse) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<TopicResponse> topics;

  WIRE_FIELDS(DescribeProducersResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(topics, since(0));
  }
};

}  // namespace barnabas::wire
