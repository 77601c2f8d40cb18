// Comes by with the retention plugin at every log of a topic that deletes, every log.retention.check.interval.ms.
//
// A round runs on a helper thread, because it reads and removes files; only one is under way. Everything else on loop 0.
#pragma once

#include <barnabas/sdk/retention.h>

#include <atomic>
#include <memory>
#include <string>

#include "kernel/base/calendar.h"
#include "kernel/base/task.h"
#include "kernel/broker/retention_failures.h"
#include "kernel/broker/shard.h"

namespace barnabas::broker {

class RetentionRounds {
 public:
  // `shard`: of loop 0. The plugin outlives the object.
  RetentionRounds(Shard& shard, sdk::Retention& retention, std::string name, std::int64_t interval_ns);
  ~RetentionRounds() { stop(); }

  void start();
  // No new round begins, and one that is under way looks at no other log.
  void stop();

 private:
  struct Round;

  void begin();
  std::int64_t now_ms();

  Shard& shard_;
  sdk::Retention& retention_;
  const std::string name_;
  const std::int64_t interval_ns_;
  base::Calendar calendar_;
  base::Timer timer_;
  std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<RetentionFailures> failures_ = std::make_shared<RetentionFailures>();  // of the round under way
};

}  // namespace barnabas::broker
