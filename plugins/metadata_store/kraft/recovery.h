// Brings a metadata directory from what a stop, clean or not, left of it to the point where a new term has begun. Blocks. One thread.
#pragma once

#include <string>
#include <vector>

#include "control_batches.h"
#include "kernel/record/transaction_joiner.h"
#include "metadata_log.h"
#include "quorum_state.h"

namespace barnabas::kraft {

struct Recovered {
  std::vector<std::string> snapshot;  // its records
  sdk::MetadataPosition snapshot_end;
  std::vector<record::ToldBatch> batches;  // what the log has behind it
  QuorumFacts facts;
  std::int32_t term = 0;  // the one that was begun
  std::uint64_t bytes_behind_snapshot = 0;
  std::int64_t last_timestamp_ms = -1;
  std::vector<std::string> notes;  // what was not as a clean stop leaves it, one sentence each
};

struct RecoveryPlan {
  std::string directory;
  std::int32_t node_id = -1;
  std::string cluster_id;  // empty: any
};

class Recovery {
 public:
  Recovery(sdk::Host& host, MetadataLog& log, RecoveryPlan plan) : host_(host), disk_(host.disk()), log_(log), plan_(std::move(plan)) {}

  Status run();
  Recovered take() { return std::move(recovered_); }

 private:
  Status check_identity();
  Status read_state();
  Status load_snapshot();
  Status read_log();
  Status open_log();
  Status tell(const record::BatchView& batch);
  Status check_voters() const;
  Status check_epoch() const;
  std::int32_t last_epoch() const;  // that anything here speaks of
  Status begin_term();
  Status append(const Octets& batch);

  sdk::Host& host_;
  sdk::Disk& disk_;
  MetadataLog& log_;
  const RecoveryPlan plan_;
  Voter self_;
  QuorumState state_;
  bool has_snapshot_ = false;
  bool voters_in_log_ = false;  // or in a snapshot of the log, not only in what format wrote
  record::TransactionJoiner joiner_;
  Recovered recovered_;
};

}  // namespace barnabas::kraft
