// Joins the batches of a metadata transaction (BeginTransactionRecord … EndTransactionRecord) into one, and drops those that were aborted.
// One thread.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <functional>
#include <string>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::record {

// Records that take effect together, owned.
struct ToldBatch {
  std::vector<std::string> records;
  sdk::MetadataPosition end;
  std::int64_t timestamp_ms = -1;
};

// Whether a framed record begins, ends or aborts a transaction.
bool bounds_transaction(sdk::Bytes record);

class TransactionJoiner {
 public:
  // The records of one batch of the log. Calls `told` for what takes effect with them.
  Status add(const std::vector<sdk::Bytes>& records, sdk::MetadataPosition end, std::int64_t timestamp_ms,
             const std::function<void(ToldBatch)>& told);

  // Whether the log ends inside a transaction.
  bool open() const { return open_; }

 private:
  bool open_ = false;
  ToldBatch pending_;
};

}  // namespace barnabas::record
