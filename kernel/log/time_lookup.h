// Finds records by time within batches whose neighbourhood the storage's time index has found. Pure. [any thread]
#pragma once

#include "kernel/base/result.h"
#include "kernel/record/batch_view.h"
#include "kernel/record/codecs.h"

#include <optional>

namespace barnabas::log {

struct TimedRecord {
  std::int64_t timestamp_ms = -1;
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;
};

// The first record at or after `from_offset` that is at least that late; nothing when none of these whole batches has one. `next_offset`:
// one after the last.
Result<std::optional<TimedRecord>> first_record_since(sdk::Bytes batches, std::int64_t timestamp_ms, std::int64_t from_offset,
                                                      const record::Codecs& codecs, std::int64_t& next_offset);
// The first record of the first batch that carries the batch's largest timestamp.
Result<std::optional<TimedRecord>> latest_record(sdk::Bytes batches, const record::Codecs& codecs);

}  // namespace barnabas::log
