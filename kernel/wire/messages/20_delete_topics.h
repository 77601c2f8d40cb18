// DeleteTopics: Deletes topics by name or id.
#pragma once

#include "kernel/wire/describe.h"

namespace barnabas::wire {

struct DeleteTopicsRequest {
  static constexpr Schema kSchema = request(20).versions(0, 6).flexible(4);

  struct DeleteTopicState {
    Nullable<std::string_view> name;
    Uuid topic_id;

    WIRE_FIELDS(DeleteTopicState) {
      WIRE(name, since(6).nullable());
      WIRE(topic_id, since(6));
    }
  };

  std::span<DeleteTopicState> topics;
  std::span<const std::string_view> topic_names;
  std::int32_t timeout_ms = 0;

  WIRE_FIELDS(DeleteTopicsRequest) {
    WIRE(topics, since(6));
    WIRE(topic_names, since(0).until(5).ignorable());
    WIRE(timeout_ms, since(0));
  }
};

// Says for each topic whether it is being deleted.
struct DeleteTopicsResponse {
  static constexpr Schema kSchema = response(20).versions(0, 6).flexible(4);

  struct DeletableTopicResult {
    Nullable<std::string_view> name = kEmpty;
    Uuid topic_id;
    ErrorCode error_code = ErrorCode::kNone;
    Nullable<std::string_view> error_message;

    WIRE_FIELDS(DeletableTopicResult) {
      WIRE(name, since(0).null_since(6));
      WIRE(topic_id, since(6).ignorable());
      WIRE(error_code, since(0));
      WIRE(error_message, since(5).nullable().ignorable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::span<DeletableTopicResult> responses;

  WIRE_FIELDS(DeleteTopicsResponse) {
    WIRE(throttle_time_ms, since(1).ignorable());
    WIRE(responses, since(0));
  }
};

}  // namespace barnabas::wire
