// Has the logs keep their checkpoints from time to time, beside everything else: a device that is slow to take them holds up nobody.
// [loop 0]
#pragma once

#include <functional>

#include "kernel/base/env.h"
#include "kernel/base/task.h"
#include "kernel/log/log_manager.h"

namespace barnabas::node {

class Checkpoints {
 public:
  Checkpoints(base::Env& env, log::LogManager& logs, std::int64_t interval_ns);

  // Afterwards there are no more; `then` runs when the one under way, if there is one, has ended.
  void stop(std::function<void()> then);

 private:
  void begin();
  void ended(const Status& status);

  base::Env& env_;
  log::LogManager& logs_;
  const std::int64_t interval_ns_;
  bool under_way_ = false;
  std::function<void()> stopped_;
  base::Timer timer_;
};

}  // namespace barnabas::node
