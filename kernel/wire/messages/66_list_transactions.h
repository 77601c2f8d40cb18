// ListTransactions: Lists the transactions that a broker coordinates.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ListTransactionsRequest {
  static constexpr Schema kSchema = request(66).versions(0, 2).flexible(0);

  std::span<const std::string_view> state_filters;
  std::span<const std::int64_t> producer_id_filters;
  std::int64_t duration_filter = -1;
  Nullable<std::string_view> transactional_id_pattern;

  WIRE_FIELDS(ListTransactionsRequest) {
    WIRE(state_filters, since(0));
    WIRE(producer_id_filters, since(0));
    WIRE(duration_filter, since(1));
    WIRE(transactional_id_pattern, since(2).nullable());
  }
};

// Names each with its producer id and state.
struct ListTransactionsResponse {
  static constexpr Schema kSchema = response(66).versions(0, 2).flexible(0);

  struct TransactionState {
    std::string_view transactional_id;
    std::int64_t producer_id = 0;
    std::string_view transaction_state;

    WIRE_FIELDS(TransactionState) {
      WIRE(transactional_id, since(0));
      WIRE(producer_id, since(0));
      WIRE(transaction_state, since(0));
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::span<const std::string_view> unknown_state_filters;
  std::span<TransactionState> transaction_states;

  WIRE_FIELDS(ListTransactionsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(unknown_state_filters, since(0));
    WIRE(transaction_states, since(0));
  }
};

}  // namespace barnabas::wire
