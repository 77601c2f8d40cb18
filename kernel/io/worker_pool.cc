#include "kernel/io/worker_pool.h"

#include <signal.h>

#include <utility>

namespace barnabas::io {

void WorkerPool::run(sdk::Task& work, sdk::Task& done, sdk::Executor& to) {
  {
    std::lock_guard lock(mutex_);
    if (!finished_) {
      jobs_.push_back({&work, &done, &to});
      if (jobs_.size() > idle_ && threads_.size() < most_threads_) {
        threads_.emplace_back([this] { serve(); });
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

void WorkerPool::serve() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for the loops

  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    work_came_.wait(lock, [this] { return finished_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    const Job job = jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    job.work->run();
    job.to->post(*job.done);
    lock.lock();
  }
}

}  // namespace barnabas::io
