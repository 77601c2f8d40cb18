// A host with a real clock, whose loop is the test's own thread: run_until() runs what other threads post. post() from any thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace barnabas::testing {

class LoopHost final : public sdk::Host, private sdk::Executor, private sdk::Clock, private sdk::Random {
 public:
  LoopHost() = default;
  ~LoopHost() {
    for (std::thread& helper : helpers_) helper.join();
  }
  sdk::Clock& clock() noexcept override { return *this; }
  sdk::Random& random() noexcept override { return *this; }
  sdk::Disk& disk() noexcept override { std::abort(); }  // a store on a server has none
  sdk::Executor& executor() noexcept override { return *this; }
  void log(sdk::LogLevel level, sdk::Text message) noexcept override {
    const std::lock_guard guard(lock_);
    if (level >= sdk::LogLevel::kInfo) lines_.emplace_back(message.begin(), message.end());
    if (level >= sdk::LogLevel::kWarn) warnings_.emplace_back(message.begin(), message.end());
  }

  bool run_until(const std::function<bool()>& ended, std::chrono::milliseconds most = std::chrono::minutes(2)) {
    const auto deadline = std::chrono::steady_clock::now() + most;
    while (!ended()) {
      sdk::Task* task = next(deadline);
      if (task == nullptr) return ended();
      task->run();
    }
    return true;
  }
  std::vector<std::string> warnings() {
    const std::lock_guard guard(lock_);
    return warnings_;
  }
  // Whatever was logged since the last call.
  std::vector<std::string> new_lines() {
    const std::lock_guard guard(lock_);
    return std::exchange(lines_, {});
  }

 private:
  using Time = std::chrono::steady_clock::time_point;

  // What is due; waits for it. Null: nothing until the deadline.
  sdk::Task* next(Time deadline) {
    std::unique_lock guard(lock_);
    for (;;) {
      if (!queue_.empty()) {
        sdk::Task* task = queue_.front();
        queue_.pop_front();
        return task;
      }
      const Time now = std::chrono::steady_clock::now();
      if (!timers_.empty() && timers_.begin()->first.first <= now) {
        sdk::Task* task = timers_.begin()->second;
        timers_.erase(timers_.begin());
        return task;
      }
      if (now >= deadline) return nullptr;
      wake_.wait_until(guard, timers_.empty() ? deadline : std::min(deadline, timers_.begin()->first.first));
    }
  }

  void post(sdk::Task& task) noexcept override {
    {
      const std::lock_guard guard(lock_);
      queue_.push_back(&task);
    }
    wake_.notify_one();
  }
  sdk::TimerId after(std::int64_t delay_ns, sdk::Task& task) noexcept override {
    const std::lock_guard guard(lock_);
    timers_.emplace(std::pair(std::chrono::steady_clock::now() + std::chrono::nanoseconds(delay_ns), ++last_timer_), &task);
    return last_timer_;
  }
  void cancel(sdk::TimerId timer) noexcept override {
    const std::lock_guard guard(lock_);
    std::erase_if(timers_, [&](const auto& each) { return each.first.second == timer; });
  }
  void offload(sdk::Task& work, sdk::Task& done) noexcept override {
    helpers_.emplace_back([this, &work, &done] {
      work.run();
      post(done);
    });
  }

  std::int64_t mono_ns() noexcept override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  std::int64_t wall_ms() noexcept override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  std::uint64_t next() noexcept override { return random_.fetch_add(0x9e3779b97f4a7c15); }

  std::mutex lock_;
  std::condition_variable wake_;
  std::deque<sdk::Task*> queue_;
  std::map<std::pair<Time, sdk::TimerId>, sdk::Task*> timers_;
  sdk::TimerId last_timer_ = 0;
  std::atomic<std::uint64_t> random_{std::uint64_t{std::random_device()()} << 16};  // hosts that meet in one place are not alike
  std::vector<std::string> warnings_;
  std::vector<std::string> lines_;
  std::list<std::thread> helpers_;  // each ends with its work
};

}  // namespace barnabas::testing
