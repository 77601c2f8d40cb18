// EndTxn: Commits or aborts a transaction.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct EndTxnRequest {
  static constexpr Schema kSchema = request(26).versions(0, 5).flexible(3);

  std::string_view transactional_id;
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = 0;
  bool committed = false;

  WIRE_FIELDS(EndTxnRequest) {
    WIRE(transactional_id, since(0));
    WIRE(producer_id, since(0));
    WIRE(producer_epoch, since(0));
    WIRE(committed, since(0));
  }
};

// Says whether the decision was taken; from version 5 on with the producer epoch to go on with.
struct EndTxnResponse {
  static constexpr Schema kSchema = response(26).versions(0, 5).flexible(3);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;

  WIRE_FIELDS(EndTxnResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(producer_id, since(5).ignorable());
    WIRE(producer_epoch, since(5).ignorable());
  }
};

}  // namespace barnabas::wire
