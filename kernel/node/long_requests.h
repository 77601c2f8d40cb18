// Requests that take long take turns: one in each turn of the loop, in the order in which they came, so that all others are served between
// two of them. A connection whose last requests took long is taken for one whose next does. Everything on the loop.
#pragma once

#include <cstdint>
#include <deque>

#include "kernel/base/env.h"
#include "kernel/base/task.h"

namespace barnabas::node {

class LongRequests {
 public:
  // From here on a request counts as one that takes long. The largest that clients send by default, a megabyte to be stored, takes less.
  static constexpr std::int64_t kLongNs = 1'000'000;

  class Waiter {
   public:
    // Its turn has come. It may serve one request.
    virtual void on_turn() = 0;

   protected:
    ~Waiter() = default;

   private:
    friend class LongRequests;
    bool waits_ = false;
  };

  explicit LongRequests(base::Loop& loop) : loop_(loop), timer_(loop, [this] { call_next(); }) {}

  // True: it may serve one now. False: it is called later.
  bool may_serve(Waiter& waiter);
  void forget(Waiter& waiter);

 private:
  void call_next();
  void call_later();

  base::Loop& loop_;
  base::Timer timer_;  // of the next turn
  std::deque<Waiter*> waiting_;
  std::int64_t served_turn_ns_ = -1;  // the last turn that had one
};

}  // namespace barnabas::node
