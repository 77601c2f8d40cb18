// The end of a metadata log that was fetched but is not yet known to be final: told up to the high watermark, cut where the leader's log is
// another one. Transactions are told as a whole. Pure. One thread.
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/record/transaction_joiner.h"

namespace barnabas::quorum {

class PendingLog {
 public:
  using Tell = std::function<void(const sdk::MetadataBatch&)>;

  // Everything below `position` is known from elsewhere.
  void reset(sdk::MetadataPosition position);

  // Whole batches as Fetch gave them; those that are known already, and what is cut off at the end, are passed over.
  Status add(sdk::Bytes octets);
  // The leader's log has another epoch here: what is behind its end goes. kCorrupt when that was told as final.
  Status cut(sdk::MetadataPosition leader_end);
  // Whether a snapshot of what is below `end` can take the place of what was told. kCorrupt when that is more, or of a later epoch.
  Status check_snapshot(sdk::MetadataPosition end) const;
  // Records below `high_watermark` are final.
  Status tell(std::int64_t high_watermark, const Tell& tell);

  // Of the next record to be fetched, and the epoch of the one before.
  const sdk::MetadataPosition& end() const { return end_; }
  // Below it everything was told.
  std::int64_t told_end() const { return told_.offset; }

 private:
  struct Batch {
    std::int64_t base = 0;
    sdk::MetadataPosition end;
    std::vector<std::uint8_t> octets;
  };

  Status tell(const Batch& batch, const Tell& tell);

  std::deque<Batch> batches_;
  sdk::MetadataPosition told_;
  sdk::MetadataPosition end_;
  record::TransactionJoiner joiner_;
};

}  // namespace barnabas::quorum
