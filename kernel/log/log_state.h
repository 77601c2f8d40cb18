// The inside of a partition log: only for the .cc files of PartitionLog. Everything here is guarded by `mutex` unless it says otherwise.
#pragma once

#include "kernel/log/leader_epochs.h"
#include "kernel/log/partition_log.h"
#include "kernel/log/producer_state.h"
#include "kernel/log/replica_positions.h"
#include "kernel/log/snapshot_files.h"
#include "kernel/log/transactions.h"
#include "kernel/log/verifications.h"

#include <optional>

namespace barnabas::log {

struct PartitionLog::State {
  State(std::string topic_name, std::int32_t index, const sdk::Uuid& id, sdk::PartitionStorage& partition_storage,
        const LogSettings& log_settings)
      : topic(std::move(topic_name)),
        partition(index),
        topic_id(id),
        settings(log_settings),
        storage(&partition_storage),
        snapshots(partition_storage) {}

  // A transaction that a batch began (last_offset -1) or ended.
  struct TransactionEvent {
    std::int64_t producer_id = -1;
    std::int64_t first_offset = -1;
    std::int64_t last_offset = -1;
    bool aborted = false;
  };

  // --- log_state.cc ---
  bool usable() const { return storage != nullptr && !failed; }
  Status why_unusable() const;
  ErrorCode unusable_error() const { return storage == nullptr ? ErrorCode::kNotLeaderOrFollower : ErrorCode::kKafkaStorageError; }
  ErrorCode check(const LeaderCheck& check) const;
  // What a failed call on the storage means: kIo ends service. Returns the error for the client.
  ErrorCode note_failure(const Status& status);
  Status passed(Status status);  // the same, for those who answer with the Status
  // What finds no room is written with the next change, or by catch_up().
  Status write_epochs(bool sync = true);
  // The same where the file may lag behind: another start would learn the same.
  Status write_epochs_if_room();
  // Never ahead of the epochs: what lies before a snapshot is not read again.
  Status take_snapshot(std::int64_t offset, bool sync);
  void catch_up();  // with what found no room
  std::int64_t bound(Isolation isolation) const;
  // After log_end, flushed_end, replicas, transactions or log_start changed: high watermark and last stable offset follow.
  void advance();
  void settle_last_stable();
  Status raise_start(std::int64_t offset);
  Status start_at(std::int64_t offset);  // also where it starts there already: segments below it go
  Status give_up_all();                  // as raise_start(log_end), and the room of all of it is given back

  // --- log_append.cc ---
  // What `batch` does to its producer, before (leader, on a copy) or after (follower, replay) it is stored.
  void apply(const record::BatchView& batch, ProducerEntry& entry);
  void apply(const record::BatchView& batch);
  ErrorCode stage(const record::BatchView& batch, const LeaderAppend& append);
  ProducerEntry& staged_entry(std::int64_t producer_id);
  ErrorCode store(sdk::Bytes octets, Status& status);
  Status keep_transactions(bool replay);

  // --- log_recovery.cc ---
  Status load(std::int64_t now_ms, OpenReport& report);
  Status load_epochs(OpenReport& report, bool& complete);
  // Producer state and epochs as of log_end: the newest snapshot and the batches after it.
  Status load_producers(OpenReport& report, std::int64_t scan_from);
  Status replay(std::int64_t from, std::int64_t producers_from, OpenReport& report);
  void replay_batch(const record::BatchView& batch, std::int64_t producers_from);
  Status drop_idle(std::int64_t now_ms);

  const std::string topic;
  const std::int32_t partition;
  const sdk::Uuid topic_id;
  std::atomic<LogObserver*> observer{nullptr};

  mutable std::mutex mutex;
  std::mutex flush_mutex;  // one flush at a time; taken before `mutex`

  LogSettings settings;
  sdk::PartitionStorage* storage;  // null after close()
  bool failed = false;
  bool rolled = false;  // publish() tells of it
  bool epochs_unsaved = false;
  // The snapshot that found no room where the batches that said the same were given up.
  std::optional<SnapshotFiles::Loaded> owed;
  LogPositions at;
  std::int64_t epoch_start = -1;
  std::uint64_t truncations = 0;  // a flush that began before one proves nothing about what came after it
  std::uint32_t changes = 0;      // those that publish() can not see by itself

  LeaderEpochs epochs;
  Producers producers;
  Transactions transactions;
  Verifications verifications;
  ReplicaPositions replicas;
  SnapshotFiles snapshots;

  // Of the append under way; members, so that their memory is kept.
  std::vector<sdk::BatchInfo> infos;
  std::vector<ProducerEntry> staged;
  std::vector<TransactionEvent> events;
  const BatchNote* repeat = nullptr;
};

// A stretch of a call that may change the log: holds the mutex; at its end the positions are published, and the observer is told without
// the mutex.
class PartitionLog::PublishingLock {
 public:
  explicit PublishingLock(PartitionLog& log) : log_(log), lock_(log.state_->mutex) {}
  ~PublishingLock();
  PublishingLock(const PublishingLock&) = delete;
  PublishingLock& operator=(const PublishingLock&) = delete;

 private:
  PartitionLog& log_;
  std::unique_lock<std::mutex> lock_;
};

}  // namespace barnabas::log
