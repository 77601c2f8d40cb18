// Snapshots of the metadata, OFFSET-EPOCH.checkpoint: a header, the records that make the state below OFFSET, a footer. Blocks. [any
// thread]
#pragma once

#include <barnabas/sdk/metadata_store.h>

#include <functional>
#include <string>
#include <vector>

#include "control_batches.h"
#include "files.h"

namespace barnabas::kraft {

std::string snapshot_name(sdk::MetadataPosition end);
// The snapshots of a directory, newest first. Half-written ones (.part) are not among them.
Result<std::vector<sdk::MetadataPosition>> find_snapshots(sdk::Disk& disk, const std::string& directory);

struct SnapshotWriter {
  sdk::MetadataPosition end;
  std::int64_t now_ms = 0;
  std::int64_t last_timestamp_ms = -1;
};
// Durable under its name, or not there: what it had written goes, for it may be the last room that there was.
Status write_snapshot(sdk::Disk& disk, const std::string& directory, const std::string& name, const SnapshotWriter& writer,
                      const QuorumFacts& facts, sdk::MetadataRecords& records);

// Checks every batch and that the footer is there; `facts` gets what the control records say.
Status read_snapshot(sdk::Disk& disk, const std::string& path, QuorumFacts& facts, const std::function<void(sdk::Bytes record)>& each);

// Deletes the snapshots before `end`, and what was never finished.
Status delete_older_snapshots(sdk::Disk& disk, const std::string& directory, sdk::MetadataPosition end);
// What was never finished alone.
Status delete_unfinished_snapshots(sdk::Disk& disk, const std::string& directory);

}  // namespace barnabas::kraft
