#include "kernel/broker/repeated_partitions.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace barnabas::broker {

RepeatedPartitions::RepeatedPartitions(base::Arena& arena, std::size_t topics, std::size_t partitions)
    : names_(arena.array<std::string_view>(topics)),
      slots_(arena.array<std::uint32_t>(std::bit_ceil(2 * topics + 1))),
      noted_(arena.array<std::uint64_t>(partitions)) {}

std::uint32_t RepeatedPartitions::number_of(std::string_view topic) {
  for (std::size_t at = std::hash<std::string_view>()(topic);; ++at) {
    std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot == 0) {
      names_[topics_] = topic;
      slot = ++topics_;
      return slot - 1;
    }
    if (names_[slot - 1] == topic) return slot - 1;
  }
}

void RepeatedPartitions::settle() {
  const auto noted = noted_.first(count_);
  // Clients mostly name them in order.
  if (!std::is_sorted(noted.begin(), noted.end())) std::sort(noted.begin(), noted.end());
  count_ = 0;
  for (std::size_t i = 1; i < noted.size(); ++i)
    if (noted[i] == noted[i - 1] && (count_ == 0 || noted[count_ - 1] != noted[i])) noted[count_++] = noted[i];
}

bool RepeatedPartitions::contains(std::uint32_t topic, std::int32_t partition) const {
  const auto repeated = noted_.first(count_);
  return std::binary_search(repeated.begin(), repeated.end(), key(topic, partition));
}

}  // namespace barnabas::broker
