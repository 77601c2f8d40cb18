// ControlledShutdown: Asks the controller to move leaders away from a broker that is about to stop.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ControlledShutdownRequest {
  static constexpr Schema kSchema = request(7).versions(0, 3).flexible(3);

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;

  WIRE_FIELDS(ControlledShutdownRequest) {
    WIRE(broker_id, since(0));
    WIRE(broker_epoch, since(2).ignorable());
  }
};

// Lists the partitions that the broker still leads.
struct ControlledShutdownResponse {
  static constexpr Schema kSchema = response(7).versions(0, 3).flexible(3);

  struct RemainingPartition {
    std::string_view topic_name;
    std::int32_t partition_index = 0;

    WIRE_FIELDS(RemainingPartition) {
      WIRE(topic_name, since(0));
      WIRE(partition_index, since(0));
    }
  };

  ErrorCode error_code = ErrorCode::kNone;
  std::span<RemainingPartition> remaining_partitions;

  WIRE_FIELDS(ControlledShutdownResponse) {
    WIRE(error_code, since(0));
    WIRE(remaining_partitions, since(0));
  }
};

}  // namespace barnabas::wire
