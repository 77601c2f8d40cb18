// A partition's log as retentions see it. For the time of one visit, on its thread.
#pragma once

#include <barnabas/sdk/retention.h>

#include "kernel/log/partition_log.h"

namespace barnabas::log {

class RetainedLog final : public sdk::RetainedLog {
 public:
  explicit RetainedLog(PartitionLog& log) : log_(log) {}

  sdk::Status state(sdk::RetainedState& state) noexcept override;
  sdk::Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept override { return log_.segments(visitor); }
  sdk::Status delete_before(std::int64_t offset) noexcept override;

 private:
  PartitionLog& log_;
};

}  // namespace barnabas::log
