#include "kernel/node/turns.h"

#include <utility>

namespace barnabas::node {

bool Turns::begins_or_waits(Waiter& waiter) {
  if (long_.empty() && begun_turn_ns_ != loop_.turn_mono_ns()) {
    begun_turn_ns_ = loop_.turn_mono_ns();
    return true;
  }
  wait_to_begin(waiter);
  return false;
}

void Turns::go_on(Waiter& waiter) {
  forget(waiter);
  long_.push_front(&waiter);
  waiter.waits_in_ = &long_;
  call_later();
}

void Turns::wait_in(Queue& queue, Waiter& waiter) {
  if (waiter.waits_in_ != &queue) {
    forget(waiter);
    queue.push_back(&waiter);
    waiter.waits_in_ = &queue;
  }
  call_later();
}

void Turns::forget(Waiter& waiter) {
  if (Queue* const queue = std::exchange(waiter.waits_in_, nullptr)) std::erase(*queue, &waiter);
}

void Turns::call_later() {
  if (!timer_.armed()) timer_.start(0);
}

void Turns::call() {
  // One that begins in this turn may have begun already.
  if (!long_.empty() && std::exchange(begun_turn_ns_, loop_.turn_mono_ns()) != loop_.turn_mono_ns()) call_first(long_);
  const std::int64_t until_ns = loop_.clock().mono_ns() + kShareNs;
  // Who waits again meanwhile has had his turn.
  for (std::size_t count = sharing_.size(); count > 0 && !sharing_.empty(); --count) {
    call_first(sharing_);
    if (loop_.clock().mono_ns() >= until_ns) break;
  }
  if (!long_.empty() || !sharing_.empty()) call_later();
}

void Turns::call_first(Queue& queue) {
  Waiter& first = *queue.front();
  queue.pop_front();
  first.waits_in_ = nullptr;
  first.on_turn();
}

}  // namespace barnabas::node
