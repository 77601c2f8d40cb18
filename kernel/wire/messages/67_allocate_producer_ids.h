// AllocateProducerIds: A broker asks the controller for a block of producer ids.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct AllocateProducerIdsRequest {
  static constexpr Schema kSchema = request(67).versions(0, 0).flexible(0);

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;

  WIRE_FIELDS(AllocateProducerIdsRequest) {
    WIRE(broker_id, since(0));
    WIRE(broker_epoch, since(0));
  }
};

// Gives the block.
struct AllocateProducerIdsResponse {
  static constexpr Schema kSchema = response(67).versions(0, 0).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::int64_t producer_id_start = 0;
  std::int32_t producer_id_len = 0;

  WIRE_FIELDS(AllocateProducerIdsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(producer_id_start, since(0));
    WIRE(producer_id_len, since(0));
  }
};

}  // namespace barnabas::wire
