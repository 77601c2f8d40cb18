// Batches of the metadata log, and those that begin and end its snapshots (KIP-630). Pure functions. [any thread]
#pragma once

#include "kernel/record/batch_view.h"
#include "kernel/record/control.h"

#include <cstdint>
#include <span>
#include <vector>

namespace barnabas::record {

// Metadata records, framed, as one batch: equal timestamps, null keys, no headers.
std::vector<std::uint8_t> metadata_batch(std::int64_t offset, std::int32_t epoch, std::int64_t timestamp_ms,
                                         std::span<const sdk::Bytes> records);
// The framed values of a batch of metadata records, as views into it.
Result<std::vector<sdk::Bytes>> metadata_records(const BatchView& batch);

// A snapshot is a header at offset 0, batches of records, a footer. `more` goes into the header's batch.
std::vector<std::uint8_t> snapshot_header(std::int32_t epoch, std::int64_t timestamp_ms, std::int64_t last_contained_timestamp_ms,
                                          std::span<const ControlRecord> more = {});
std::vector<std::uint8_t> snapshot_footer(std::int64_t offset, std::int32_t epoch, std::int64_t timestamp_ms);
// REQUIRES: a control batch
Result<bool> is_snapshot_footer(const BatchView& batch);

}  // namespace barnabas::record
