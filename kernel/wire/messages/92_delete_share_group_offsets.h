// DeleteShareGroupOffsets: Deletes the start offsets of a share group by topic.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DeleteShareGroupOffsetsRequest {
  static constexpr Schema kSchema = request(92).versions(0, 0).flexible(0);

  struct DeleteShareGroupOffsetsRequestTopic {
    std::string_view topic_name;

    WIRE_FIELDS(DeleteShareGroupOffsetsRequestTopic) { WIRE(topic_name, since(0)); }
  };

  std::string_view group_id;
  std::span<DeleteShareGroupOffsetsRequestTopic> topics;

  WIRE_FIELDS(DeleteShareGroupOffsetsRequest) {
    WIRE(group_id, since(0));
    WIRE(topics, since(0));
  }
};

// Says for each topic whether they were deleted.
struct DeleteShareGroupOffsetsResponse {
  static constexpr Schema kSchema = response(92).versions(0, 0).flexible(0);

  struct DeleteShareGroupOffsetsResponseTopic {
    std::string_view topic_name;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;

    WIRE_FIELDS(DeleteShareGroupOffsetsResponseTopic) {
      WIRE(topic_name, since(0));
      WIRE(topic_id, since(0));
      WIRE(error_code, since(0));
      WIRE(error_message, since(0).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  Nullable<std::string_view> error_message;
  std::span<DeleteShareGroupOffsetsResponseTopic> responses;

  WIRE_FIELDS(DeleteShareGroupOffsetsResponse) {
    WIRE(throttle_time_ms, since(0));
    WIRE(error_code, since(0));
    WIRE(error_message, since(0).nullable());
    WIRE(responses, since(0));
  }
};

}  // namespace barnabas::wire
