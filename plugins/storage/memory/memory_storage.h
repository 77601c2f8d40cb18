// Kind `storage`, id `memory`: partitions in the memory of this process, gone when it ends. For tests, and for topics that nobody needs
// tomorrow.
//
// Functions come from one thread, as the kind says; partitions share only the budget.
#pragma once

#include "memory_partition.h"

namespace barnabas::memory {

class MemoryStorage {
 public:
  struct Options {
    sdk::Size max_bytes{std::int64_t{1} << 30};
    BARNABAS_OPTIONS(f) { f("max_bytes", &Options::max_bytes, "octets that all partitions may hold together", sdk::at_least(65536)); }
  };

  MemoryStorage(sdk::Host& host, const Options& options);

  sdk::Status identity(sdk::StorageIdentity& identity);
  sdk::Status format(const sdk::StorageFormat& format);
  sdk::Status start(sdk::StartOutcome& outcome);
  sdk::Status stop(std::int64_t broker_epoch);
  sdk::Status directories(sdk::Visitor<sdk::DirectoryInfo>& visitor);
  sdk::Status partitions(sdk::Visitor<sdk::StoredPartition>& visitor);
  sdk::Status open(const sdk::PartitionName& name, const sdk::Uuid& directory, bool create, const sdk::PartitionSettings& settings,
                   sdk::PartitionStorage*& made);
  void close(sdk::PartitionStorage* partition) noexcept;
  sdk::Status remove(sdk::PartitionStorage* partition);
  sdk::Status set_aside(const sdk::StoredPartition& partition);
  sdk::Status checkpoint() { return {}; }

 private:
  using Key = std::pair<std::string, std::int32_t>;

  sdk::Host& host_;
  std::shared_ptr<Budget> budget_;
  sdk::Uuid directory_id_;
  bool formatted_ = false;
  std::string cluster_id_;
  std::int32_t node_id_ = -1;
  bool has_directory_ids_ = true;
  std::map<Key, std::unique_ptr<MemoryPartition>> partitions_;
  std::vector<std::unique_ptr<MemoryPartition>> set_aside_;
};

}  // namespace barnabas::memory
