// Requests that wait for something to happen in a partition: an append, a watermark, a flush, a change of leader.
//
// Each loop parks its own. A partition remembers which loops have somebody waiting, so an append with nobody waiting costs one load; wakes
// of another loop are coalesced into one posted task. Everything here on the loop, except wake().
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "kernel/base/task.h"

namespace barnabas::broker {

class Partition;

// A parked request. It is asked again after each change; the one who parked it takes it out.
class Waiter {
 public:
  virtual void on_change() = 0;

 protected:
  ~Waiter() = default;
};

class Parking {
 public:
  // `index`: the loop's; at most 64 loops.
  Parking(sdk::Executor& executor, std::size_t index) : executor_(executor), bit_(std::uint64_t{1} << index), task_(*this) {}

  void add(Waiter& waiter, Partition& partition);
  void remove(Waiter& waiter, Partition& partition);
  std::size_t size() const { return waiters_.size(); }

  // Something changed in `partition`: its waiters on this loop are asked in a later turn. [any thread]
  void wake(Partition& partition);

 private:
  // Asks the waiters of every partition that was named since the last time.
  class WakeTask final : public sdk::Task {
   public:
    explicit WakeTask(Parking& parking) : parking_(parking) {}
    void run() noexcept override { parking_.ask(); }

   private:
    Parking& parking_;
  };

  void ask();

  sdk::Executor& executor_;
  std::uint64_t bit_;
  WakeTask task_;
  std::unordered_map<Partition*, std::vector<Waiter*>> waiters_;
  std::vector<Waiter*> asking_;  // of the partition being asked; null: was taken out meanwhile

  std::mutex mutex_;  // of the two below
  std::vector<Partition*> changed_;
  bool posted_ = false;
};

}  // namespace barnabas::broker
