#include "kernel/node/turns.h"

#include <utility>

namespace barnabas::node {

bool Turns::may_begin(Waiter& waiter) {
  if (long_.empty() && begun_turn_ns_ != loop_.turn_mono_ns()) {
    begun_turn_ns_ = loop_.turn_mono_ns();
    return true;
  }
  wait_to_begin(waiter);
  return false;
}

void Turns::go_on(Waiter& waiter) {
  if (&waiter != called_) return wait_in(long_, waiter);
  waiter.waits_ = true;
  long_.push_front(&waiter);
  call_later();
}

void Turns::wait_in(Queue& queue, Waiter& waiter) {
  if (!std::exchange(waiter.waits_, true)) queue.push_back(&waiter);
  call_later();
}

void Turns::forget(Waiter& waiter) {
  if (!std::exchange(waiter.waits_, false)) return;
  std::erase(long_, &waiter);
  std::erase(sharing_, &waiter);
}

void Turns::call_later() {
  if (!timer_.armed()) timer_.start(0);
}

void Turns::call() {
  if (!long_.empty()) {
    begun_turn_ns_ = loop_.turn_mono_ns();
    call_first(long_);
  }
  const std::int64_t until_ns = loop_.clock().mono_ns() + kShareNs;
  // Who waits again meanwhile has had his turn.
  for (std::size_t count = sharing_.size(); count > 0 && !sharing_.empty(); --count) {
    call_first(sharing_);
    if (loop_.clock().mono_ns() >= until_ns) break;
  }
  if (!long_.empty() || !sharing_.empty()) call_later();
}

void Turns::call_first(Queue& queue) {
  called_ = queue.front();
  queue.pop_front();
  called_->waits_ = false;
  called_->on_turn();
  called_ = nullptr;
}

}  // namespace barnabas::node
