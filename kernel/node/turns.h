// Who takes long takes turns. Two kinds of connections wait here, each in the order in which they came: those whose request takes long, of
// which one is served in a turn of the loop, or a piece of one; and those that have had their share of a turn and have more, which are
// served for a short time in a turn, all together. So whoever asks for little waits for little. Everything on the loop.
#pragma once

#include <cstdint>
#include <deque>

#include "kernel/base/env.h"
#include "kernel/base/piece.h"
#include "kernel/base/task.h"

namespace barnabas::node {

class Turns {
 public:
  // From here on a request counts as one that takes long.
  static constexpr std::int64_t kLongNs = base::Piece::kFirstNs;
  // What those that have more may have of one turn.
  static constexpr std::int64_t kShareNs = base::Piece::kNs;

  class Waiter {
   public:
    // In a later turn, once for each time that it waits.
    virtual void on_turn() = 0;

   protected:
    ~Waiter() = default;

   private:
    friend class Turns;
    std::deque<Waiter*>* waits_in_ = nullptr;
  };

  explicit Turns(base::Loop& loop) : loop_(loop), timer_(loop, [this] { call(); }) {}

  // For a long request. True: it may begin now. False: it waits.
  bool begins_or_waits(Waiter& waiter);
  void wait_to_begin(Waiter& waiter) { wait_in(long_, waiter); }
  // For one that has begun and has not done all: it comes first, so that not many are half done at a time.
  void go_on(Waiter& waiter);
  void wait_for_more(Waiter& waiter) { wait_in(sharing_, waiter); }
  void forget(Waiter& waiter);

 private:
  using Queue = std::deque<Waiter*>;

  void wait_in(Queue& queue, Waiter& waiter);
  void call();
  void call_first(Queue& queue);
  void call_later();

  base::Loop& loop_;
  base::Timer timer_;  // of the next turn
  Queue long_;
  Queue sharing_;
  std::int64_t begun_turn_ns_ = -1;  // the last turn that had a long request
};

}  // namespace barnabas::node
