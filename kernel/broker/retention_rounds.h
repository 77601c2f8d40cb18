// Comes by with the retention plugin at every log of a topic that deletes, every log.retention.check.interval.ms.
//
// A round runs on a helper thread, because it reads and removes files; only one is under way. Everything else on the controller's loop.
#pragma once

#include <barnabas/sdk/retention.h>

#include <atomic>
#include <memory>
#include <string>

#include "kernel/base/task.h"
#include "kernel/broker/shard.h"

namespace barnabas::broker {

// Which time a retention is told. A clock that has jumped forward since the last time it was asked is believed the next time.
class RetentionClock {
 public:
  std::int64_t ask(std::int64_t wall_ms, std::int64_t mono_ns);

 private:
  bool asked_ = false;
  std::int64_t wall_ms_ = 0;
  std::int64_t mono_ns_ = 0;
};

class RetentionRounds {
 public:
  // `shard`: the controller's. The plugin outlives the object.
  RetentionRounds(Shard& shard, sdk::Retention& retention, std::string name, std::int64_t interval_ns);
  ~RetentionRounds() { stop(); }

  void start();
  // No new round begins, and one that is under way looks at no other log.
  void stop();

 private:
  struct Round;

  void begin();

  Shard& shard_;
  sdk::Retention& retention_;
  const std::string name_;
  const std::int64_t interval_ns_;
  RetentionClock clock_;
  base::Timer timer_;
  std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace barnabas::broker
