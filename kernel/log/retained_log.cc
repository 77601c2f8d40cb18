#include "kernel/log/retained_log.h"

#include <vector>

namespace barnabas::log {
namespace {

constexpr std::size_t kSegmentsAtOnce = 16;

}  // namespace

sdk::Status RetainedLog::state(sdk::RetainedState& state) noexcept {
  sdk::PartitionState stored;
  if (!log_.storage_state(stored)) return sdk::Status::unavailable("the log is closed");
  const LogPositions at = log_.positions();
  state = {at.log_start, at.high_watermark, at.log_end, stored.size};
  return {};
}

// A few segments at a time: meanwhile the log is written and read, and each file takes a moment.
sdk::Status RetainedLog::delete_before(std::int64_t offset) noexcept {
  struct Bases final : sdk::Visitor<sdk::SegmentInfo> {
    bool visit(const sdk::SegmentInfo& segment) noexcept override {
      list.push_back(segment.base_offset);
      return segment.base_offset < end;
    }
    std::int64_t end = 0;
    std::vector<std::int64_t> list;
  } bases;
  bases.end = offset;
  if (offset <= log_.high_watermark()) BARNABAS_TRY(log_.segments(bases));
  for (std::size_t i = kSegmentsAtOnce; i < bases.list.size() && bases.list[i] < offset; i += kSegmentsAtOnce)
    BARNABAS_TRY(log_.advance_start(bases.list[i], rules_));
  return log_.advance_start(offset, rules_);
}

}  // namespace barnabas::log
