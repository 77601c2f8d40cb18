// A host whose time and loop stand still until the test moves them. One thread.
//
//   ManualHost host;                // or ManualHost host(disk)
//   store.start(…);
//   host.run();                     // everything that is posted, and what that posts
//   host.advance(9'000'000'000);    // time passes, timers fire
#pragma once

#include <barnabas/sdk/host.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace barnabas::testing {

class ManualHost final : public sdk::Host, private sdk::Executor, private sdk::Clock, private sdk::Random {
 public:
  ManualHost() = default;
  explicit ManualHost(sdk::Disk& disk) : disk_(&disk) {}

  sdk::Clock& clock() noexcept override { return *this; }
  sdk::Random& random() noexcept override { return *this; }
  sdk::Disk& disk() noexcept override { return *disk_; }  // REQUIRES: made with one
  sdk::Executor& executor() noexcept override { return *this; }
  void log(sdk::LogLevel level, sdk::Text message) noexcept override {
    if (level >= sdk::LogLevel::kWarn) warnings.emplace_back(message.data, message.size);
  }

  // Runs what is posted until nothing is.
  void run() {
    while (step()) {
    }
  }
  // The first posted task alone; false: there is none.
  bool step() {
    if (queue_.empty()) return false;
    sdk::Task* task = queue_.front();
    queue_.pop_front();
    task->run();
    return true;
  }
  void advance(std::int64_t ns) {
    const std::int64_t until = now_ns_ + ns;
    run();
    for (auto next = first_timer(); next != timers_.end() && next->at_ns <= until; next = first_timer()) {
      now_ns_ = std::max(now_ns_, next->at_ns);
      sdk::Task* task = next->task;
      timers_.erase(next);
      task->run();
      run();
    }
    now_ns_ = until;
  }
  // Time goes by and nothing runs: the thread of the loop was busy, or the machine stood still.
  void stand_still(std::int64_t ns) { now_ns_ += ns; }
  bool idle() const { return queue_.empty(); }

  std::vector<std::string> warnings;
  std::uint64_t seed = 1;
  std::int64_t wall_start_ms = 1'700'000'000'000;

 private:
  struct Timer {
    std::int64_t at_ns;
    sdk::TimerId id;
    sdk::Task* task;
  };

  std::vector<Timer>::iterator first_timer() {
    return std::min_element(timers_.begin(), timers_.end(),
                            [](const Timer& a, const Timer& b) { return a.at_ns < b.at_ns || (a.at_ns == b.at_ns && a.id < b.id); });
  }

  void post(sdk::Task& task) noexcept override { queue_.push_back(&task); }
  sdk::TimerId after(std::int64_t delay_ns, sdk::Task& task) noexcept override {
    timers_.push_back({now_ns_ + delay_ns, ++last_timer_, &task});
    return last_timer_;
  }
  void cancel(sdk::TimerId timer) noexcept override {
    std::erase_if(timers_, [&](const Timer& t) { return t.id == timer; });
  }
  void offload(sdk::Task& work, sdk::Task& done) noexcept override {
    queue_.push_back(&work);
    queue_.push_back(&done);
  }

  std::int64_t mono_ns() noexcept override { return now_ns_; }
  std::int64_t wall_ms() noexcept override { return wall_start_ms + now_ns_ / 1'000'000; }
  std::uint64_t next() noexcept override {  // splitmix64
    std::uint64_t z = (seed += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  sdk::Disk* disk_ = nullptr;
  std::deque<sdk::Task*> queue_;
  std::vector<Timer> timers_;
  sdk::TimerId last_timer_ = 0;
  std::int64_t now_ns_ = 1'000'000'000;
};

}  // namespace barnabas::testing
