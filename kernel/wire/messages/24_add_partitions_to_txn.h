// AddPartitionsToTxn: Adds partitions to a transaction, or verifies that they are in it.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AddPartitionsToTxnRequest {
  static constexpr Schema kSchema = request(24).versions(0, 5).flexible(3);

  struct AddPartitionsToTxnTopic {
    std::string_view name;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(AddPartitionsToTxnTopic) {
      WIRE(name, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct AddPartitionsToTxnTransaction {
    std::string_view transactional_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    bool verify_only = false;
    std::span<AddPartitionsToTxnTopic> topics;

    WIRE_FIELDS(AddPartitionsToTxnTransaction) {
      WIRE(transactional_id, since(4));
      WIRE(producer_id, since(4));
      WIRE(producer_epoch, since(4));
      WIRE(verify_only, since(4));
      WIRE(topics, since(4));
    }
  };

  std::span<AddPartitionsToTxnTransaction> transactions;
  std::string_view v3_and_below_transactional_id;
  std::int64_t v3_and_below_producer_id = 0;
  std::int16_t v3_and_below_producer_epoch = 0;
  std::span<AddPartitionsToTxnTopic> v3_and_below_topics;

  WIRE_FIELDS(AddPartitionsToTxnRequest) {
    WIRE(transactions, since(4));
    WIRE(v3_and_below_transactional_id, since(0).until(3));
    WIRE(v3_and_below_producer_id, since(0).until(3));
    WIRE(v3_and_below_producer_epoch, since(0).until(3));
    WIRE(v3_and_below_topics, since(0).until(3));
  }
};

// Says for each partition whether it is part of the transaction.
struct AddPartitionsToTxnResponse {
  static constexpr Schema kSchema = response(24).versions(0, 5).flexible(3);

  struct AddPartitionsToTxnPartitionResult {
    std::int32_t partition_index = 0;
    ErrorCode partition_error_code = ErrorCode::kNone;

    WIRE_FIELDS(AddPartitionsToTxnPartitionResult) {
      WIRE(partition_index, since(0));
      WIRE(partition_error_code, since(0));
    }
  };

  struct AddPartitionsToTxnTopicResult {
    std::string_view name;
    std::span<AddPartitionsToTxnPartitionResult> results_by_partition;

    WIRE_FIELDS(AddPartitionsToTxnTopicResult) {
      WIRE(name, since(0));
      WIRE(results_by_partition, since(0));
    }
  };

  struct AddPartitionsToTxnResult {
    std::string_view transactional_id;
    std::span<AddPartitionsToTxnTopicResult> topic_results;

    WIRE_FIELDS(AddPartitionsToTxnResult) {
      WIRE(transactional_id, since(4));
      WIRE(topic_results, since(4));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<AddPartitionsToTxnResult> results_by_transaction;
  std::span<AddPartitionsToTxnTopicResult> results_by_topic_v3_and_below;

  WIRE_FIELDS(AddPartitionsToTxnResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(4).ignorable());
    WIRE(results_by_transaction, since(4));
    WIRE(results_by_topic_v3_and_below, since(0).until(3));
  }
};

}  // namespace barnabas::wire
