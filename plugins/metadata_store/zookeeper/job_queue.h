// Jobs that may block, one after another, each followed by what it leads to on the executor. [executor]
#pragma once

#include <barnabas/sdk/host.h>

#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "kernel/base/task.h"

namespace barnabas::metadata_zookeeper {

class JobQueue {
 public:
  explicit JobQueue(sdk::Executor& executor) : executor_(executor) {}
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // `work` runs on a helper thread, while no other work of the queue does; then `done` runs here.
  void push(std::function<void()> work, std::function<void()> done) {
    jobs_.push_back({std::move(work), std::move(done)});
    next();
  }
  // What is not begun is not done.
  void clear() { jobs_.clear(); }

 private:
  struct Job {
    std::function<void()> work;
    std::function<void()> done;
  };

  void next() {
    if (is_busy_ || jobs_.empty()) return;
    is_busy_ = true;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    base::offload(executor_, std::move(job.work), [this, done = std::move(job.done), alive = std::weak_ptr(alive_)] {
      done();  // may end the queue
      if (alive.expired()) return;
      is_busy_ = false;
      next();
    });
  }

  sdk::Executor& executor_;
  std::deque<Job> jobs_;
  bool is_busy_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace barnabas::metadata_zookeeper
