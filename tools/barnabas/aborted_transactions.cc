#include "tools/barnabas/aborted_transactions.h"

#include <algorithm>

#include "kernel/record/control.h"

namespace barnabas::tools {

AbortedTransactions::AbortedTransactions(std::span<const wire::FetchResponse::AbortedTransaction> told)
    : to_come_(told.begin(), told.end()) {
  std::sort(to_come_.begin(), to_come_.end(), [](const auto& a, const auto& b) { return a.first_offset > b.first_offset; });
}

Result<bool> AbortedTransactions::leaves_out(const record::BatchView& batch, record::RecordReader& reader) {
  for (; !to_come_.empty() && to_come_.back().first_offset <= batch.last_offset(); to_come_.pop_back())
    open_.insert(to_come_.back().producer_id);
  if (!batch.transactional() || !open_.contains(batch.producer_id())) return false;
  if (!batch.control()) return true;
  BARNABAS_TRY(reader.open(batch));
  record::RecordView record;
  if (reader.next(record) && record::control_type(record) == record::ControlType::kAbort) open_.erase(batch.producer_id());
  BARNABAS_TRY(reader.take_status());
  return true;
}

}  // namespace barnabas::tools
