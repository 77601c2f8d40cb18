// A partition's log as retentions see it. For the time of one visit, on its thread.
#pragma once

#include <barnabas/sdk/retention.h>

#include "kernel/log/partition_log.h"

namespace barnabas::log {

class RetainedLog final : public sdk::RetainedLog {
 public:
  explicit RetainedLog(PartitionLog& log) : log_(log), rules_(log.retention()) {}

  // Of the moment when the visit began. What is decided by them is not done any more once the topic has others.
  const RetentionRules& rules() const { return rules_; }

  sdk::Status state(sdk::RetainedState& state) noexcept override;
  sdk::Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) noexcept override { return log_.segments(visitor); }
  sdk::Status delete_before(std::int64_t offset) noexcept override;

 private:
  PartitionLog& log_;
  const RetentionRules rules_;
};

}  // namespace barnabas::log
