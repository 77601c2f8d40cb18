// Whether the end of a metadata log can be the work of a crash. One leaves a torn batch in what no sync had covered; whatever else is wrong
// was damaged later, and to cut that off would take back what was acknowledged. [any thread]
#pragma once

#include <string>

#include "files.h"

namespace barnabas::kraft {

// The last segment has its indexes: they are written after the last sync, and removed before anything follows.
Result<bool> was_closed(sdk::Disk& disk, const std::string& path_without_suffix);

// Somewhere in `rest` lies a whole batch behind `offset`, of a term before `term`: it was on the device before that term began.
bool has_synced_batch(sdk::Bytes rest, std::int64_t offset, std::int32_t term);

// leader-epoch-checkpoint is written when the first batch of an epoch is on the device. kCorrupt: the log, which has no octet or ends at
// `end`, misses one.
Status check_epochs(sdk::Disk& disk, const std::string& directory, std::int64_t end, bool is_empty);

}  // namespace barnabas::kraft
