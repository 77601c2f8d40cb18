#include "kernel/io/worker_pool.h"

#include <signal.h>

#include <chrono>
#include <utility>

namespace barnabas::io {

void WorkerPool::run(sdk::Task& work, sdk::Task& done, sdk::Executor& to) {
  {
    std::lock_guard lock(mutex_);
    if (!finished_) {
      jobs_.push_back({&work, &done, &to});
      if (jobs_.size() > idle_ && threads_.size() < most_threads_) {
        threads_.emplace_back([this] { serve(); });
        ++serving_;
      } else {
        work_came_.notify_one();
      }
      return;
    }
  }
  work.run();
  to.post(done);
}

void WorkerPool::finish() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(mutex_);
    finished_ = true;
    threads.swap(threads_);
    work_came_.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
}

bool WorkerPool::finish_within(std::int64_t limit_ms) {
  std::unique_lock lock(mutex_);
  finished_ = true;
  work_came_.notify_all();
  return thread_ended_.wait_for(lock, std::chrono::milliseconds(limit_ms), [this] { return serving_ == 0; });
}

void WorkerPool::serve() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for the loops

  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    work_came_.wait(lock, [this] { return finished_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) {
      --serving_;
      thread_ended_.notify_all();
      return;
    }
    const Job job = jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    job.work->run();
    job.to->post(*job.done);
    lock.lock();
  }
}

}  // namespace barnabas::io
