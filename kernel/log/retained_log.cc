#include "kernel/log/retained_log.h"

namespace barnabas::log {

sdk::Status RetainedLog::state(sdk::RetainedState& state) noexcept {
  sdk::PartitionState stored;
  if (!log_.storage_state(stored)) return sdk::Status::unavailable("the log is closed");
  const LogPositions at = log_.positions();
  state = {at.log_start, at.high_watermark, at.log_end, stored.size};
  return {};
}

sdk::Status RetainedLog::delete_before(std::int64_t offset) noexcept { return log_.advance_start(offset); }

}  // namespace barnabas::log
