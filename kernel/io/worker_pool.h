// A few helper threads for work that may block. Threads start when the first work comes, and no more of them than are busy. Any thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace barnabas::io {

class WorkerPool {
 public:
  explicit WorkerPool(std::size_t most_threads) : most_threads_(most_threads) {}
  ~WorkerPool() { finish(); }

  // Runs `work` on a helper thread, then posts `done` to `to`. After finish(): runs `work` at once, on the caller's thread.
  void run(sdk::Task& work, sdk::Task& done, sdk::Executor& to);
  // Returns when all work that was handed over is done and posted.
  void finish();
  // Nothing new is begun by helper threads. False: some of what was handed over is not done when the time is over.
  bool finish_within(std::int64_t limit_ms);

 private:
  struct Job {
    sdk::Task* work;
    sdk::Task* done;
    sdk::Executor* to;
  };

  void serve();

  const std::size_t most_threads_;
  std::mutex mutex_;
  std::condition_variable work_came_;
  std::deque<Job> jobs_;
  std::condition_variable thread_ended_;
  std::size_t idle_ = 0;
  std::size_t serving_ = 0;  // threads that have not ended
  bool finished_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace barnabas::io
