// Kind `storage`, id `segment`: partitions as Kafka keeps them, byte for byte, in one or more log directories.
//
// Functions come from one thread, as the kind says, but for checkpoint(). Directories and partitions guard what others reach.
#pragma once

#include "partition.h"

#include <map>
#include <mutex>

namespace barnabas::segment {

class SegmentStorage {
 public:
  struct Options {
    sdk::TextList dirs;
    std::int32_t max_open_files = 1000;
    sdk::Text flush = "os";  // for the log above, which decides when an append counts as kept
    BARNABAS_OPTIONS(f) {
      f("dirs", &Options::dirs, "log directories; a new partition goes to the one with the fewest", sdk::required());
      f("max_open_files", &Options::max_open_files, "files kept open at once, beyond those being read or written", sdk::at_least(16));
      f("flush", &Options::flush, "when an append counts as kept: os, as Kafka does, or ack, once it is on the device",
        sdk::one_of("os", "ack"));
    }
  };

  SegmentStorage(sdk::Host& host, const Options& options);
  ~SegmentStorage();

  Status identity(sdk::StorageIdentity& identity);
  Status format(const sdk::StorageFormat& format);
  Status start(sdk::StartOutcome& outcome);
  Status stop(std::int64_t broker_epoch);
  Status directories(sdk::Visitor<sdk::DirectoryInfo>& visitor);
  Status partitions(sdk::Visitor<sdk::StoredPartition>& visitor);
  Status open(const sdk::PartitionName& name, const sdk::Uuid& directory, bool create, const sdk::PartitionSettings& settings,
              sdk::PartitionStorage*& made);
  void close(sdk::PartitionStorage* partition) noexcept;
  Status remove(sdk::PartitionStorage* partition);
  Status set_aside(const sdk::StoredPartition& partition);
  Status checkpoint();

 private:
  struct Entry {
    std::uint32_t directory = 0;
    bool stored = true;                 // it has a folder
    bool unclean = false;               // not looked at since a stop that was not clean
    std::optional<sdk::Uuid> topic_id;  // once read
    std::unique_ptr<Partition> open;
  };
  using Entries = std::map<FolderName, Entry>;

  Status read_identities();
  Status start_directory(std::uint32_t index, sdk::StartOutcome& outcome);
  Status find_partitions(std::uint32_t index, bool clean);
  Status read_topic_id(const FolderName& name, Entry& entry);
  Status choose_directory(const sdk::Uuid& wanted, std::uint32_t& index);
  void tell_of_gone_folder(const FolderName& name);
  Status write_topic_id(const FolderName& name, Entry& entry, const sdk::Uuid& topic_id);
  Status load(const FolderName& name, Entry& entry, bool new_metadata, const sdk::PartitionSettings& settings);
  void forget(Entries::iterator found);
  void forget_for_good(Entries::iterator found);  // with its marks
  Status move_aside(const FolderName& name, const Entry& entry, std::string_view kind, std::string& path);
  std::string folder(const FolderName& name, const Entry& entry) const {
    return directories_[entry.directory]->path() + "/" + to_string(name);
  }

  sdk::Host& host_;
  std::shared_ptr<FileCache> files_;
  std::shared_ptr<Reaper> reaper_;
  const bool counts_synced_;  // `flush: ack`
  std::vector<std::unique_ptr<Directory>> directories_;
  std::vector<std::optional<record::MetaProperties>> identities_;  // of the directories, in their order
  std::string cluster_id_;
  std::int32_t node_id_ = -1;
  bool has_directory_ids_ = true;  // meta.properties of version 1, and not 0
  bool formatted_ = false;
  bool started_ = false;
  std::mutex entries_mutex_;  // for changes of entries_, and for checkpoint(): the one thread reads without
  Entries entries_;
  std::vector<std::size_t> held_;  // how many of them lie in each directory
};

}  // namespace barnabas::segment
