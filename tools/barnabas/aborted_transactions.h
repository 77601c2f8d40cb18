// Which batches of a read_committed answer belong to transactions that were aborted: Kafka's rule, for one partition of one answer.
//
// Made for each answer and asked about its batches in order. A producer goes on after it aborted, so its batches are left out only up to
// the marker that ends the transaction. One thread.
#pragma once

#include <set>
#include <span>
#include <vector>

#include "kernel/record/record_reader.h"
#include "kernel/wire/messages/01_fetch.h"

namespace barnabas::tools {

class AbortedTransactions {
 public:
  // `told` is what the broker lists, in any order; empty without read_committed.
  explicit AbortedTransactions(std::span<const wire::FetchResponse::AbortedTransaction> told);

  // True: the next batch is not to be shown. Reads the batch when it may be a marker.
  Result<bool> leaves_out(const record::BatchView& batch, record::RecordReader& reader);

 private:
  std::vector<wire::FetchResponse::AbortedTransaction> to_come_;  // the last begins first
  std::set<std::int64_t> open_;                                   // producers inside of an aborted transaction
};

}  // namespace barnabas::tools
