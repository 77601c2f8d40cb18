// What lies in a partition's folder, after what a crash left there was brought to an end: begun deletions and replacements. One call, one
// thread.
#pragma once

#include "log_segment.h"

#include <map>

namespace barnabas::segment {

struct FolderContent {
  std::map<std::int64_t, StoredSegment> segments;  // by base offset
  bool changed = false;                            // names were removed or given; the folder is not synced
};

Result<FolderContent> scan_folder(sdk::Disk& disk, const std::string& folder);

}  // namespace barnabas::segment
