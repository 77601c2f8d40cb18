#include "kernel/log/transactions.h"

#include <algorithm>

namespace barnabas::log {

std::int64_t Transactions::complete(std::int64_t first_offset, std::int64_t last_offset) {
  open_.erase(first_offset);
  completed_[first_offset] = last_offset;
  return open_.empty() ? last_offset + 1 : open_.begin()->first;
}

void Transactions::on_high_watermark(std::int64_t high_watermark) {
  // In order of their beginnings: a later one never frees readers before an earlier one does.
  while (!completed_.empty() && completed_.begin()->second < high_watermark) completed_.erase(completed_.begin());
}

void Transactions::clear() {
  open_.clear();
  completed_.clear();
}

std::int64_t Transactions::first_undecided() const {
  return completed_.empty() ? first_open() : std::min(first_open(), completed_.begin()->first);
}

}  // namespace barnabas::log
