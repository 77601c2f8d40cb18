// InitProducerId: Gets a producer id and epoch, and fences earlier producers of the same transactional id.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct InitProducerIdRequest {
  static constexpr Schema kSchema = request(22).versions(0, 6).flexible(2);

  Nullable<std::string_view> transactional_id = kEmpty;
  std::int32_t transaction_timeout_ms = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  bool enable_2pc = false;
  bool keep_prepared_txn = false;

  WIRE_FIELDS(InitProducerIdRequest) {
    WIRE(transactional_id, since(0).nullable());
    WIRE(transaction_timeout_ms, since(0));
    WIRE(producer_id, since(3));
    WIRE(producer_epoch, since(3));
    WIRE(enable_2pc, since(6));
    WIRE(keep_prepared_txn, since(6));
  }
};

// Carries the producer's id and epoch.
struct InitProducerIdResponse {
  static constexpr Schema kSchema = response(22).versions(0, 6).flexible(2);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = 0;
  std::int64_t ongoing_txn_producer_id = -1;
  std::int16_t ongoing_txn_producer_epoch = -1;

  WIRE_FIELDS(InitProducerIdResponse) {
    WIRE(throttle_time_ms, since(0).ignorable());
    WIRE(error_code, since(0));
    WIRE(producer_id, since(0));
    WIRE(producer_epoch, since(0));
    WIRE(ongoing_txn_producer_id, since(6));
    WIRE(ongoing_txn_producer_epoch, since(6));
  }
};

}  // namespace barnabas::wire
