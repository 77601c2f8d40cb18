// ChooseOffsetStore: A coordinator asks the controller to note in which offset store a group is from now on. Our own: Kafka has no such
// api.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct ChooseOffsetStoreRequest {
  static constexpr Schema kSchema = request(20002).versions(0, 0).flexible(0);

  std::string_view group_id;
  std::string_view store;
  std::int32_t home = -1;  // the group's partition of __consumer_offsets
  std::int32_t home_epoch = -1;

  WIRE_FIELDS(ChooseOffsetStoreRequest) {
    WIRE(group_id, since(0));
    WIRE(store, since(0));
    WIRE(home, since(0));
    WIRE(home_epoch, since(0));
  }
};

// Says whether it is noted.
struct ChooseOffsetStoreResponse {
  static constexpr Schema kSchema = response(20002).versions(0, 0).flexible(0);

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message;

  WIRE_FIELDS(ChooseOffsetStoreResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
  }
};

}  // namespace barnabas::wire
