// DescribeTransactions: Asks for the state of transactions.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DescribeTransactionsRequest {
  static constexpr Schema kSchema = request(65).versions(0, 0).flexible(0);

  std::span<const std::string_view> transactional_ids;

  WIRE_FIELDS(DescribeTransactionsRequest) { WIRE(transactional_ids, since(0)); }
};

// Describes each one with its partitions.
struct DescribeTransactionsResponse {
  static constexpr Schema kSchema = response(65).versions(0, 0).flexible(0);

  struct TopicData {
    std::string_view topic;
    std::span<const std::int32_t> partitions;

    WIRE_FIELDS(TopicData) {
      WIRE(topic, since(0));
      WIRE(partitions, since(0));
    }
  };

  struct TransactionState {
    ErrorCode error_code = ErrorCode::kNone;
    std::string_view transactional_id;
    std::string_view transaction_state;
    std::int32_t transaction_timeout_ms = 0;
    std::int64_t transaction_start_time_ms = 0;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    std::span<TopicData> topics;

    WIRE_FIELDS(TransactionState) {
      WIRE(error_code, since(0));
      WIRE(transactional_id, since(0));
      WIRE(transaction_state, since(0));
      WIRE(transaction_timeout_ms, since(0));
      WIRE(transaction_start_time_ms, since(0));
      WIRE(producer_id, since(0));
      WIRE(producer_epoch, since(0));
      WIRE(topics, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<TransactionState> transaction_states;

  WIRE_FIELDS(DescribeTransactionsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(transaction_states, since(0));
  }
};

}  // namespace barnabas::wire
