// Timers of one loop: a four-way heap with positions, so that arming and cancelling cost a few moves and nothing ticks while none is due.
//
// Timers due at the same time run in the order in which they were armed. One thread at a time.
#pragma once

#include <barnabas/sdk/host.h>

#include "kernel/base/piece.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace barnabas::io {

class Timers {
 public:
  sdk::TimerId arm(std::int64_t due_ns, sdk::Task& task);
  // No effect when the timer ran or was cancelled.
  void cancel(sdk::TimerId id);

  std::optional<std::int64_t> next_due_ns() const;
  std::size_t size() const { return heap_.size(); }

  // Runs what is due at `now_ns`; what is armed meanwhile waits for the next call, as does what is left when the piece is over.
  void run_due(std::int64_t now_ns, const base::Piece& piece = base::Piece::whole());

 private:
  struct Entry {
    std::int64_t due_ns;
    std::uint64_t order;
    std::uint32_t slot;
  };
  struct Slot {
    sdk::Task* task = nullptr;
    std::uint32_t generation = 1;
    std::uint32_t position = 0;  // in heap_ while armed
  };

  static bool before(const Entry& a, const Entry& b) { return a.due_ns != b.due_ns ? a.due_ns < b.due_ns : a.order < b.order; }
  void place(std::size_t position, const Entry& entry);
  void move_up(std::size_t position, const Entry& entry);
  void move_down(std::size_t position, const Entry& entry);
  sdk::Task* take(std::size_t position);

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t next_order_ = 0;
};

}  // namespace barnabas::io
