#include "kernel/broker/parking.h"

#include <algorithm>

#include "kernel/broker/partition.h"

namespace barnabas::broker {

void Parking::add(Waiter& waiter, Partition& partition) {
  waiters_[&partition].push_back(&waiter);
  partition.waiting_loops.fetch_or(bit_, std::memory_order_seq_cst);
}

void Parking::remove(Waiter& waiter, Partition& partition) {
  std::replace(asking_.begin(), asking_.end(), &waiter, static_cast<Waiter*>(nullptr));
  const auto found = waiters_.find(&partition);
  if (found == waiters_.end()) return;
  std::erase(found->second, &waiter);
  if (!found->second.empty()) return;
  waiters_.erase(found);
  partition.waiting_loops.fetch_and(~bit_, std::memory_order_seq_cst);
}

void Parking::wake(Partition& partition) {
  std::lock_guard lock(mutex_);
  if (std::find(changed_.begin(), changed_.end(), &partition) == changed_.end()) changed_.push_back(&partition);
  if (std::exchange(posted_, true)) return;
  executor_.post(task_);
}

void Parking::ask() {
  std::vector<Partition*> changed;
  {
    std::lock_guard lock(mutex_);
    changed.swap(changed_);
    posted_ = false;
  }
  for (Partition* partition : changed) {
    const auto found = waiters_.find(partition);
    if (found == waiters_.end()) continue;
    // A waiter that is asked may take out itself and others, and new ones may park; those see the change anyway.
    asking_ = found->second;
    for (std::size_t i = 0; i < asking_.size(); ++i)
      if (asking_[i] != nullptr) asking_[i]->on_change();
    asking_.clear();
  }
}

}  // namespace barnabas::broker
