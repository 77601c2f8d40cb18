#include "kernel/io/timers.h"

#include <algorithm>

namespace barnabas::io {

namespace {
constexpr std::size_t kWays = 4;
}

// An id is the slot plus one, so that no id is 0, under the slot's generation, so that an old id does not cancel its successor.
sdk::TimerId Timers::arm(std::int64_t due_ns, sdk::Task& task) {
  std::uint32_t index;
  if (free_slots_.empty()) {
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[index].task = &task;
  heap_.emplace_back();
  move_up(heap_.size() - 1, Entry{due_ns, next_order_++, index});
  return (std::uint64_t{slots_[index].generation} << 32) | (std::uint64_t{index} + 1);
}

void Timers::cancel(sdk::TimerId id) {
  const std::uint64_t index = (id & 0xffffffffu) - 1;
  if (id == 0 || index >= slots_.size()) return;
  Slot& slot = slots_[index];
  if (slot.task != nullptr && slot.generation == (id >> 32)) take(slot.position);
}

std::optional<std::int64_t> Timers::next_due_ns() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().due_ns;
}

void Timers::run_due(std::int64_t now_ns, const base::Piece& piece) {
  const std::uint64_t armed_before = next_order_;
  while (!heap_.empty() && heap_.front().due_ns <= now_ns) {
    // A timer armed by one that just ran stands behind all older ones that are due at its time, but may stand before later ones; those come
    // next turn.
    if (heap_.front().order >= armed_before) return;
    take(0)->run();
    if (piece.is_over()) return;
  }
}

void Timers::place(std::size_t position, const Entry& entry) {
  heap_[position] = entry;
  slots_[entry.slot].position = static_cast<std::uint32_t>(position);
}

void Timers::move_up(std::size_t position, const Entry& entry) {
  while (position > 0) {
    const std::size_t parent = (position - 1) / kWays;
    if (!before(entry, heap_[parent])) break;
    place(position, heap_[parent]);
    position = parent;
  }
  place(position, entry);
}

void Timers::move_down(std::size_t position, const Entry& entry) {
  for (;;) {
    const std::size_t first = position * kWays + 1;
    if (first >= heap_.size()) break;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < std::min(first + kWays, heap_.size()); ++child) {
      if (before(heap_[child], heap_[least])) least = child;
    }
    if (!before(heap_[least], entry)) break;
    place(position, heap_[least]);
    position = least;
  }
  place(position, entry);
}

sdk::Task* Timers::take(std::size_t position) {
  Slot& slot = slots_[heap_[position].slot];
  sdk::Task* task = slot.task;
  slot.task = nullptr;
  ++slot.generation;
  free_slots_.push_back(heap_[position].slot);
  const Entry last = heap_.back();
  heap_.pop_back();
  if (position < heap_.size()) {
    if (position > 0 && before(last, heap_[(position - 1) / kWays])) {
      move_up(position, last);
    } else {
      move_down(position, last);
    }
  }
  return task;
}

}  // namespace barnabas::io
