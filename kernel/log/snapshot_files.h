// The producer snapshots beside one partition's segments: one per roll and one per clean stop, by Kafka's rules which to keep.
//
// Under the partition log's mutex, as all calls on its storage.
#pragma once

#include "kernel/log/producer_snapshot.h"

#include <string>
#include <vector>

namespace barnabas::log {

class SnapshotFiles {
 public:
  explicit SnapshotFiles(sdk::PartitionStorage& storage) : storage_(storage) {}

  // `synced`: the newest is on the device for certain, as after a clean stop.
  Status list(bool synced);
  // The newest usable one that lies within [stored_from, log_end]: what follows it can be read. All outside go, unusable ones with a note.
  // offset -1: none.
  struct Loaded {
    std::int64_t offset = -1;
    Producers producers;
  };
  Result<Loaded> load(std::int64_t stored_from, std::int64_t log_end, std::vector<std::string>& notes);
  // Does nothing when there is one of that offset, unless this one is to be on the device when it returns, and that one may not be.
  Status take(std::int64_t offset, const Producers& producers, bool sync);

  Status remove_above(std::int64_t offset);
  // Those below the newest at or below `offset`. That one stays, and is on the device when keep() returns: before what lies in front of it
  // goes, since who produced that is known by it alone.
  Status keep(std::int64_t offset);
  Status remove_before_kept(std::int64_t offset);
  // Those that stand at the beginning of no segment (left by clean stops), except the newest.
  Status remove_strays();
  Status remove_all();

  const std::vector<std::int64_t>& offsets() const { return offsets_; }

 private:
  std::vector<std::int64_t>::iterator kept(std::int64_t offset);
  Status remove(std::vector<std::int64_t>::iterator from, std::vector<std::int64_t>::iterator to);

  sdk::PartitionStorage& storage_;
  std::vector<std::int64_t> offsets_;   // ascending
  std::vector<std::int64_t> unsynced_;  // of them those that a power cut may take
};

// A whole side file. kNotFound.
Result<std::string> read_side_file(sdk::PartitionStorage& storage, std::string_view name);

}  // namespace barnabas::log
