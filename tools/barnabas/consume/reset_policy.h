// Kafka's auto.offset.reset: where to go on where no offset is known, or the known one does not exist. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/base/result.h"
#include "tools/barnabas/consume/read_position.h"

namespace barnabas::tools {

struct ResetPolicy {
  bool may_reset = true;  // false: "none"
  std::int64_t to = kLatest;
  std::int64_t back_ms = 0;  // with kSince
};

// "earliest", "latest", "none", or "by_duration:PT1H" (KIP-1106). kInvalid: nothing of them, in Kafka's words.
Result<ResetPolicy> parse_reset_policy(const std::string& text);

}  // namespace barnabas::tools
