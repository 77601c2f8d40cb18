// AddOffsetsToTxn: Announces that a transaction will commit offsets of a group.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AddOffsetsToTxnRequest {
  static constexpr Schema kSchema = request(25).versions(0, 4).flexible(3);

  std::string_view transactional_id;
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = 0;
  std::string_view group_id;

  WIRE_FIELDS(AddOffsetsToTxnRequest) {
    WIRE(transactional_id, since(0));
    WIRE(producer_id, since(0));
    WIRE(producer_epoch, since(0));
    WIRE(group_id, since(0));
  }
};

// Acknowledges.
struct AddOffsetsToTxnResponse {
  static constexpr Schema kSchema = response(25).versions(0, 4).flexible(3);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;

  WIRE_FIELDS(AddOffsetsToTxnResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
  }
};

}  // namespace barnabas::wire
