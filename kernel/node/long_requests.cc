#include "kernel/node/long_requests.h"

#include <utility>

namespace barnabas::node {

bool LongRequests::may_serve(Waiter& waiter) {
  if (waiting_.empty() && served_turn_ns_ != loop_.turn_mono_ns()) {
    served_turn_ns_ = loop_.turn_mono_ns();
    return true;
  }
  if (!std::exchange(waiter.waits_, true)) waiting_.push_back(&waiter);
  call_later();
  return false;
}

void LongRequests::forget(Waiter& waiter) {
  if (std::exchange(waiter.waits_, false)) std::erase(waiting_, &waiter);
}

void LongRequests::call_later() {
  if (!timer_.armed()) timer_.start(0);
}

void LongRequests::call_next() {
  if (waiting_.empty()) return;
  Waiter& first = *waiting_.front();
  waiting_.pop_front();
  first.waits_ = false;
  served_turn_ns_ = loop_.turn_mono_ns();
  first.on_turn();
  if (!waiting_.empty()) call_later();
}

}  // namespace barnabas::node
