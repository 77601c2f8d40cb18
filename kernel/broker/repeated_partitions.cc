#include "kernel/broker/repeated_partitions.h"

#include <algorithm>
#include <new>

namespace barnabas::broker {
namespace {

constexpr std::size_t kStepsAtOnce = 64;

}  // namespace

RepeatedPartitions::RepeatedPartitions(base::Arena& arena, std::size_t partitions)
    : memory_(arena),
      numbers_(*new (arena.allocate(sizeof(Numbers), alignof(Numbers))) Numbers(&memory_)),
      noted_(arena.array<std::uint64_t>(partitions)) {}

std::uint32_t RepeatedPartitions::number_of(std::string_view topic) {
  return numbers_.try_emplace(topic, static_cast<std::uint32_t>(numbers_.size())).first->second;
}

void RepeatedPartitions::note(std::uint32_t topic, std::int32_t partition) {
  const std::uint64_t noted = key(topic, partition);
  in_order_ &= count_ == 0 || noted_[count_ - 1] <= noted;
  noted_[count_++] = noted;
}

// A sort that can be left at any step: those at the front are made a heap, and then its largest go to the end one by one.
bool RepeatedPartitions::settle(const base::Piece& piece) {
  if (settled_) return true;
  const auto is_over = [&](std::size_t steps) { return steps % kStepsAtOnce == 0 && piece.is_over(); };
  std::uint64_t* const first = noted_.data();
  while (!in_order_ && heaped_ < count_) {
    std::push_heap(first, first + ++heaped_);
    if (is_over(heaped_)) return false;
  }
  while (!in_order_ && sorted_ < count_) {
    std::pop_heap(first, first + (count_ - sorted_));
    if (is_over(++sorted_)) return false;
  }
  const auto noted = noted_.first(count_);
  count_ = 0;
  for (std::size_t i = 1; i < noted.size(); ++i)
    if (noted[i] == noted[i - 1] && (count_ == 0 || noted[count_ - 1] != noted[i])) noted[count_++] = noted[i];
  settled_ = true;
  return true;
}

bool RepeatedPartitions::contains(std::uint32_t topic, std::int32_t partition) const {
  const auto repeated = noted_.first(count_);
  return std::binary_search(repeated.begin(), repeated.end(), key(topic, partition));
}

}  // namespace barnabas::broker
