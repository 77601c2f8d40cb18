// Control records: transaction markers and what KRaft writes into its own log. Pure functions. [any thread]
#pragma once

#include "kernel/record/batch_builder.h"

#include <optional>
#include <span>

namespace barnabas::record {

enum class ControlType : std::int16_t {
  kAbort = 0,
  kCommit = 1,
  kLeaderChange = 2,
  kSnapshotHeader = 3,
  kSnapshotFooter = 4,
  kKraftVersion = 5,
  kKraftVoters = 6,
};

// Of the key of a record in a control batch. Nothing when the key is too short; types beyond those above are to be skipped.
std::optional<ControlType> control_type(const RecordView& record);

// The only record of a transaction's last batch.
struct TransactionMarker {
  bool commit = false;
  std::int32_t coordinator_epoch = 0;
};
// Nothing unless the record is a well-formed marker.
std::optional<TransactionMarker> parse_marker(const RecordView& record);

struct MarkerBatch {
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = 0;
  TransactionMarker marker;
  std::int64_t timestamp_ms = 0;
  std::int64_t base_offset = 0;
  std::int32_t leader_epoch = kNoLeaderEpoch;
};
// Valid until the builder's next start().
sdk::MutableBytes build_marker(BatchBuilder& builder, const MarkerBatch& batch);

// A control record of KRaft: its value is the message, version first, as the quorum encodes it.
struct ControlRecord {
  ControlType type;
  sdk::Bytes value;
};
sdk::MutableBytes build_control(BatchBuilder& builder, std::span<const ControlRecord> records, std::int64_t timestamp_ms,
                                std::int64_t base_offset, std::int32_t leader_epoch);

}  // namespace barnabas::record
