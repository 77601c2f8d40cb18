// The log of one partition replica: gives batches their offsets and epochs, remembers its producers, and says how far readers may see.
//
// It stands on the partition's storage, which keeps octets; everything it knows besides is in Kafka's side files (leader-epoch-checkpoint,
// producer snapshots) or is read again from the batches after the newest snapshot.
//
// Threads: [any thread]. One leaf mutex inside covers the storage's calls too, so an append is one short section on the caller's loop. The
// positions that readers ask for most (log_end() and its neighbours) are read without it. The observer is called after the mutex is left.
// Errors: a storage that answers kIo puts the log out of service: every later call answers KAFKA_STORAGE_ERROR and the observer is told
// once.
//
// Flushing (FlushMode::kAck): an append raises log_end only. This replica's own position, and with it the high watermark, rises when
// flush() has returned success: it notes log_end, lets the storage flush beside appends and reads, and then counts what it noted. So the
// broker keeps one flush of a log under way on a helper thread (Executor::offload) as long as flush_needed(), and everything appended
// meanwhile is covered by the next one: group commit. Answers with acks=-1 wait for high_watermark() > last_offset; with acks=1 for
// flushed_end() > last_offset. A failed flush is never tried again.
#pragma once

#include "kernel/log/log_types.h"
#include "kernel/record/codecs.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>

namespace barnabas::log {

class PartitionLog;

// What changed; bits.
enum Change : std::uint32_t {
  kLogEndChanged = 1 << 0,         // appended or truncated
  kHighWatermarkChanged = 1 << 1,  // or the last stable offset
  kLogStartChanged = 1 << 2,
  kFlushedChanged = 1 << 3,
  kRoleChanged = 1 << 4,      // leader, follower or epoch
  kReplicasChanged = 1 << 5,  // the set in sync
  kFailed = 1 << 6,           // out of service, or closed
};

class LogObserver {
 public:
  // On the thread that made the change, holding no lock. Must not block; may call the log. Changes made by several threads may arrive in
  // any order: look at the positions, not at the order of calls.
  virtual void on_change(PartitionLog& log, std::uint32_t changes) noexcept = 0;

 protected:
  ~LogObserver() = default;
};

class PartitionLog {
 public:
  // Loads the side files and reads the batches after the newest usable snapshot. The storage's partition outlives close().
  static Result<std::shared_ptr<PartitionLog>> open(std::string topic, std::int32_t partition, const sdk::Uuid& topic_id,
                                                    sdk::PartitionStorage& storage, const LogSettings& settings, std::int64_t now_ms,
                                                    OpenReport& report);
  ~PartitionLog();
  PartitionLog(const PartitionLog&) = delete;
  PartitionLog& operator=(const PartitionLog&) = delete;

  const std::string& topic() const;
  std::int32_t partition() const;
  const sdk::Uuid& topic_id() const;

  // At most one, set before other threads know the log, cleared (null) only after close(). Outlives the log.
  void set_observer(LogObserver* observer);

  // --- role ---

  // kFenced: the log already knows a later epoch. Again with the same epoch: only the replicas change. The epoch is durable, with its first
  // offset, when this returns. Followers' positions begin anew with each epoch.
  Status become_leader(const LeaderRole& role);
  Status become_follower(std::int32_t epoch);
  // REQUIRES: leader. Replicas in sync as the controller, or a change under way, has them; -> NOT_LEADER_OR_FOLLOWER otherwise
  ErrorCode set_in_sync(std::int32_t leader_epoch, std::span<const std::int32_t> in_sync, std::int32_t min_in_sync);
  ErrorCode note_fetch(std::int32_t leader_epoch, const FollowerFetch& fetch);
  std::vector<FollowerPosition> followers() const;
  // Where the present leader epoch begins; -1 when not leader.
  std::int64_t leader_epoch_start() const;
  // Smallest log start of the replicas known; own one when there are none: what DeleteRecords answers and waits for.
  std::int64_t low_watermark() const;
  ErrorCode check(const LeaderCheck& check) const;

  // --- writing ---

  // Either all batches or none. May wait for the storage's disk, never for other partitions.
  AppendOutcome append_as_leader(const LeaderAppend& append);
  // Offsets must ascend and begin at log_end or above; epochs are kept. The high watermark becomes min(leader's, log_end).
  AppendOutcome append_as_follower(const FollowerAppend& append);

  // Before a client's transactional batch that begins a transaction here (KIP-890): a token to hand to append_as_leader() after the
  // coordinator said yes. 0: an open transaction of that producer makes asking needless. `base_sequence` of the batch: meanwhile nothing
  // above the lowest one seen gets in.
  std::uint64_t begin_verification(std::int64_t producer_id, std::int16_t producer_epoch, std::int32_t base_sequence);

  // --- reading ---

  // `aborted` is filled (from empty) for Isolation::kLastStable; keep it between calls, so that it allocates nothing.
  LogReadOutcome read(const LogRead& read, std::vector<AbortedProducer>& aborted);
  // `timestamp_ms`: a time, or one of the special ones. Octets are decoded outside of the mutex.
  OffsetLookup lookup(std::int64_t timestamp_ms, Isolation isolation, const LeaderCheck& check, const record::Codecs& codecs);
  // {error, (epoch, end)}; (-1, -1): this log knows nothing of it.
  ErrorCode end_offset_for_epoch(std::int32_t epoch, const LeaderCheck& check, EpochEnd& end) const;

  // --- positions ---

  std::int64_t log_start() const { return log_start_.load(std::memory_order_acquire); }
  std::int64_t log_end() const { return log_end_.load(std::memory_order_acquire); }
  std::int64_t high_watermark() const { return high_watermark_.load(std::memory_order_acquire); }
  std::int64_t last_stable() const { return last_stable_.load(std::memory_order_acquire); }
  std::int64_t flushed_end() const { return flushed_end_.load(std::memory_order_acquire); }
  std::int32_t leader_epoch() const { return leader_epoch_.load(std::memory_order_acquire); }
  bool is_leader() const { return is_leader_.load(std::memory_order_acquire); }
  bool in_service() const { return in_service_.load(std::memory_order_acquire); }
  // All of one moment.
  LogPositions positions() const;
  // Size and directory; false when closed.
  bool storage_state(sdk::PartitionState& state) const;
  // Oldest first, under the mutex: the visitor must not call the log.
  Status segments(sdk::Visitor<sdk::SegmentInfo>& visitor) const;

  // --- durability ---

  // With FlushMode::kOs once after each roll: a segment that is finished is brought to the device, as Kafka does, so that a crash leaves
  // only the last one to be checked.
  bool flush_needed() const {
    return in_service() && (flush_mode_ == FlushMode::kAck ? flushed_end() < log_end() : rolled_.load(std::memory_order_relaxed));
  }
  // [a thread that may block] Any number of callers: one flushes, the others wait for it and flush what came after.
  Status flush();

  // --- upkeep ---

  void configure(const LogSettings& settings);  // storage settings and expirations; the flush mode stays
  // DeleteRecords: -1 means the high watermark. OFFSET_OUT_OF_RANGE beyond it.
  ErrorCode delete_records(std::int64_t offset, Status& status);
  RetentionRules retention() const;
  // Retention's: log start := offset, at most the high watermark. At the log's end the room of the segment that is written to is given
  // back, too; kExhausted then: it was, and who produced is known in memory only, until there is room to write it down. Nothing happens
  // when the rules by which that was decided are others by now.
  Status advance_start(std::int64_t offset, const RetentionRules& by);
  // Followers: nothing from `offset` on remains; batches that cross it go whole.
  Status truncate_to(std::int64_t offset);
  // Followers: empty, begins and ends at `offset`.
  Status restart_at(std::int64_t offset);
  std::vector<ProducerInfo> producers() const;
  // Forgets producers that were idle for longer than the setting, from one call to another, never one with an open transaction. By the
  // monotonic clock: a wall clock that is set forward must not make a batch that is sent again a new one.
  std::size_t expire_producers(std::int64_t mono_ms);
  // Hands the high watermark to the storage, which keeps it at its next checkpoint. What found no room before is written.
  void note_checkpoint();

  // Ends service. `clean`: keeps the producer state, so that the next open() reads nothing again. The storage's partition may be closed
  // afterwards.
  Status close(bool clean);

 private:
  struct State;
  class PublishingLock;

  PartitionLog(std::unique_ptr<State> state, FlushMode flush_mode);

  std::uint32_t publish();
  OffsetLookup lookup_special(std::int64_t timestamp_ms, Isolation isolation);
  OffsetLookup lookup_time(std::int64_t timestamp_ms, Isolation isolation, const record::Codecs& codecs);
  OffsetLookup lookup_largest(Isolation isolation, const record::Codecs& codecs);

  std::unique_ptr<State> state_;
  const FlushMode flush_mode_;
  std::atomic<std::int64_t> log_start_{0};
  std::atomic<std::int64_t> log_end_{0};
  std::atomic<std::int64_t> high_watermark_{0};
  std::atomic<std::int64_t> last_stable_{0};
  std::atomic<std::int64_t> flushed_end_{0};
  std::atomic<std::int32_t> leader_epoch_{-1};
  std::atomic<bool> is_leader_{false};
  std::atomic<bool> in_service_{true};
  std::atomic<bool> rolled_{false};  // since the last flush() began
};

}  // namespace barnabas::log
