// One log directory: its lock, whose it is, its checkpoints, and whether it can still be trusted.
//
// Threads: check(), offline() and the checkpoint values from any, and write_checkpoints(); the rest from the storage's one thread, but for
// lower(), which a partition calls. Who asks for values does not wait for a device that is slow to take them.
#pragma once

#include <barnabas/sdk/storage.h>

#include "kernel/base/result.h"
#include "kernel/record/meta_properties.h"
#include "layout.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace barnabas::segment {

// What the directory's checkpoint files say of one partition; -1: nothing.
struct Marks {
  std::int64_t recovery_point = -1;
  std::int64_t log_start = -1;  // only where it is not the beginning of the first segment
  std::int64_t high_watermark = -1;
  std::int64_t cleaned = -1;  // how far Kafka's log cleaner came
  bool gone = false;          // of a partition that was removed: in no checkpoint any more from the next one on

  // How far the log is known to have reached; not above 0 where no checkpoint has seen it.
  std::int64_t seen_end() const { return std::max({recovery_point, high_watermark, log_start}); }
};

class Directory {
 public:
  Directory(sdk::Host& host, std::string path) : host_(host), path_(std::move(path)) {}
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const std::string& path() const { return path_; }
  const sdk::Uuid& id() const { return id_; }

  // An I/O error that passes through here is the last: the directory is offline from then on.
  Status check(Status status);
  bool online() const { return !fenced_.load(std::memory_order_acquire); }
  Status offline() const;  // the failure that every later call answers

  Status read_identity(std::optional<record::MetaProperties>& identity);
  Status write_identity(const record::MetaProperties& identity);

  // Takes the lock, reads the checkpoints, takes the mark of a clean stop away. The epoch is -1 where it is not said.
  Status start(bool& clean, std::int64_t& broker_epoch);
  // Marks the stop as clean, unless something kept it from being so, and gives the lock back.
  Status stop(std::int64_t broker_epoch);
  void release();  // gives the lock back and marks nothing
  // Whatever happens, this stop does not count as clean.
  void forbid_clean_stop() { may_stop_cleanly_.store(false, std::memory_order_relaxed); }

  Marks marks(const FolderName& name) const;
  void set_marks(const FolderName& name, const Marks& marks);  // `cleaned` stays: it is not ours to say
  // Durable at once where it lowers what is on the disk: before the log is cut there, so that no crash takes new octets for old, flushed
  // ones.
  Status lower(const FolderName& name, std::int64_t recovery_point, std::optional<std::int64_t> log_start);
  // In no checkpoint from the next one on, and forgotten with it.
  void note_gone(const FolderName& name);
  // No mark is left of a partition that went, durably.
  Status forget(const FolderName& name);
  Status write_checkpoints();

 private:
  struct Checkpoint {
    std::string_view file;
    std::int64_t Marks::*mark;
    std::string written;  // what the file says now; under write_mutex_
  };

  Status read_checkpoint(Checkpoint& checkpoint);
  Status check_empty();
  std::string text_of(const Checkpoint& checkpoint) const;
  std::vector<FolderName> gone() const;
  Status write_changed();  // REQUIRES: write_mutex_ held, and not mutex_

  sdk::Host& host_;
  const std::string path_;
  sdk::Uuid id_;
  bool locked_ = false;
  std::atomic<bool> may_stop_cleanly_{true};
  std::atomic<bool> fenced_{false};

  std::mutex write_mutex_;  // one writer of the files at a time; taken before mutex_
  mutable std::mutex mutex_;
  std::string failure_;
  std::map<FolderName, Marks> marks_;
  Checkpoint checkpoints_[4] = {{"recovery-point-offset-checkpoint", &Marks::recovery_point, {}},
                                {"log-start-offset-checkpoint", &Marks::log_start, {}},
                                {"replication-offset-checkpoint", &Marks::high_watermark, {}},
                                {"cleaner-offset-checkpoint", &Marks::cleaned, {}}};
};

}  // namespace barnabas::segment
