// Jobs that may block, one after another, each followed by what it leads to on the executor. [executor]
#pragma once

#include <barnabas/sdk/host.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "kernel/base/task.h"

namespace barnabas::metadata_zookeeper {

class JobQueue {
 public:
  explicit JobQueue(sdk::Executor& executor) : executor_(executor) {}
  ~JobQueue() { end(); }
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // `work` runs on a helper thread, while no other work of the queue does; then `done` runs here.
  void push(std::function<void()> work, std::function<void()> done) {
    jobs_.push_back({std::move(work), std::move(done)});
    next();
  }
  // Waits for the work that is under way; what is not begun is not done, and nothing is followed by anything any more.
  void end() {
    jobs_.clear();
    const std::lock_guard guard(life_->lock);
    life_->is_over = true;
  }

 private:
  struct Job {
    std::function<void()> work;
    std::function<void()> done;
  };
  struct Life {
    std::mutex lock;  // held by the helper thread while it works
    bool is_over = false;
  };

  void next() {
    if (is_busy_ || jobs_.empty()) return;
    is_busy_ = true;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    base::offload(
        executor_,
        [work = std::move(job.work), life = life_] {
          const std::lock_guard guard(life->lock);
          if (!life->is_over) work();
        },
        [this, done = std::move(job.done), life = life_] {
          if (life->is_over) return;
          done();  // may end the queue
          if (life->is_over) return;
          is_busy_ = false;
          next();
        });
  }

  sdk::Executor& executor_;
  std::deque<Job> jobs_;
  bool is_busy_ = false;
  const std::shared_ptr<Life> life_ = std::make_shared<Life>();
};

}  // namespace barnabas::metadata_zookeeper
