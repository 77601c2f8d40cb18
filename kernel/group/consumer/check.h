// What is wrong with a heartbeat of a consumer group whatever the group, in the words of Kafka. [any thread]
#pragma once

#include <optional>
#include <string>

#include "kernel/group/consumer/types.h"
#include "kernel/group/settings.h"

namespace barnabas::group {

struct Refusal {
  ErrorCode error = ErrorCode::kNone;
  std::string message;
};

std::optional<Refusal> refusal_of(const ConsumerHeartbeatRequest& request, const GroupSettings& settings);

}  // namespace barnabas::group
