// Kind `storage`: where the batches of partitions live.
//
// A storage keeps batches that are already final: offsets and leader epochs were set by the partition log above it. It knows batch headers,
// never records. Retention, compaction and producer state are planned above and act through these functions, so they work on every storage.
//
// Threads: functions of one partition never overlap, except flush(), which may run beside the others, and release of a lease, which may
// come at any time from any thread. Functions of Storage itself come from one thread, except checkpoint(), which may run beside all of
// them. All may touch the disk and block briefly; flush() and checkpoint() may block for long and are called where that is no harm. Errors:
// kIo fences the directory: every later call on its partitions answers kIo, and directories() says so.
#pragma once

#include <barnabas/sdk/plugin.h>

namespace barnabas::sdk {

struct PartitionName {
  Text topic;
  std::int32_t partition = 0;
  Uuid topic_id;  // zero: none known
};

// The settings of one partition's log, from the topic's configuration. Sizes in octets, times in milliseconds.
struct PartitionSettings {
  std::int32_t segment_bytes = 1 << 30;
  std::int64_t segment_ms = 604800000;
  std::int64_t segment_jitter_ms = 0;
  std::int32_t index_interval_bytes = 4096;
  std::int32_t segment_index_bytes = 10 << 20;
  std::int64_t file_delete_delay_ms = 60000;
  bool preallocate = false;
};

// What a storage indexes of one batch.
struct BatchInfo {
  std::int64_t base_offset = 0;
  std::int64_t last_offset = 0;
  std::int64_t max_timestamp_ms = -1;
  std::int32_t leader_epoch = -1;
  std::uint32_t size = 0;  // octets, header included
  std::int8_t magic = 2;
};

struct AppendRequest {
  const Bytes* pieces = nullptr;  // the octets of all batches in order, in as many parts as the caller likes
  std::size_t piece_count = 0;
  const BatchInfo* batches = nullptr;  // ascending offsets; gaps are allowed
  std::size_t batch_count = 0;
};

struct AppendOutcome {
  // A new segment was begun before the batches were written: the offset it begins at, else -1. The state above, as it was before this
  // append, belongs to it.
  std::int64_t rolled_at = -1;
};

struct ReadRequest {
  std::int64_t offset = 0;         // the answer begins with the batch that holds it, or the first one after it
  std::int64_t upper_offset = 0;   // nothing from this offset on
  std::uint32_t max_bytes = 0;     // cut here, in the middle of a batch if need be
  bool at_least_one_batch = true;  // the first batch comes whole even if it is larger than max_bytes
};

// A stretch of stored octets: memory, or a part of a file.
struct Region {
  Bytes memory;  // used when file is null
  File* file = nullptr;
  std::uint64_t position = 0;
  std::uint64_t size = 0;
};

// Octets lent for reading. They stay valid and unchanged until release() is called, once, whatever happens to the log meanwhile.
struct Lease {
  static constexpr std::size_t kMaxRegions = 8;
  Region regions[kMaxRegions];
  std::size_t region_count = 0;
  std::uint64_t size = 0;                                        // sum of the regions
  void (*release)(void* owner, void* token) noexcept = nullptr;  // null: nothing to release
  void* owner = nullptr;
  void* token = nullptr;
};

struct SegmentInfo {
  std::int64_t base_offset = 0;
  std::int64_t end_offset = 0;  // one after its last
  std::uint64_t size = 0;
  std::int64_t max_timestamp_ms = -1;  // of its batches, else the file's time
  bool active = false;
};

// An aborted transaction, as in .txnindex.
struct AbortedTransaction {
  std::int64_t producer_id = 0;
  std::int64_t first_offset = 0;
  std::int64_t last_offset = 0;         // of the marker
  std::int64_t last_stable_offset = 0;  // at that time
};

template <class T>
class Visitor {
 public:
  virtual bool visit(const T& item) noexcept = 0;  // false: stop

 protected:
  ~Visitor() = default;
};

struct PartitionState {
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;
  std::int64_t high_watermark = 0;  // the last one noted and kept; at most log_end
  std::uint64_t size = 0;
  std::uint32_t directory = 0;  // index into directories()
  bool recovered = false;       // the last stop was not clean, and the log was checked batch by batch at opening
};

class PartitionStorage : public Object {
 public:
  virtual PartitionState state() noexcept = 0;
  virtual void configure(const PartitionSettings& settings) noexcept = 0;

  // All or nothing. After kIo the log ends where it did before. kInvalid: offsets that do not ascend from log_end, or more than
  // segment_bytes at once. kExhausted: no room now, nothing was written, and the partition goes on.
  virtual Status append(const AppendRequest& request, AppendOutcome& outcome) noexcept = 0;
  // Everything below log_end at the time of the call is on the device when this returns.
  virtual Status flush() noexcept = 0;
  // Begins a new segment at log_end; nothing happens while the active one is empty.
  virtual Status roll() noexcept = 0;

  // An empty lease when there is nothing between the offsets. kNotFound: offset below the first segment or above log_end. Below log_start
  // the segment that holds it still has batches: nobody is served them, but who wrote them is learnt there.
  virtual Status read(const ReadRequest& request, Lease& lease) noexcept = 0;
  // Copies whole batches, beginning with the one that holds `offset` or the first after it. count 0: nothing there. When the first batch
  // does not fit: kExhausted, and count is its size.
  virtual Status copy(std::int64_t offset, MutableBytes into, std::size_t& count) noexcept = 0;

  // The first batch whose largest timestamp is at least `timestamp_ms`; kNotFound when there is none.
  virtual Status find_by_time(std::int64_t timestamp_ms, BatchInfo& batch) noexcept = 0;
  // The batch with the largest timestamp, the first of equals; kNotFound when the log is empty.
  virtual Status find_latest_time(BatchInfo& batch) noexcept = 0;

  // Where its marker lies. In the order of the markers.
  virtual Status add_aborted(const AbortedTransaction& transaction) noexcept = 0;
  // Those that overlap [from, to), in order of their markers.
  virtual Status aborted(std::int64_t from, std::int64_t to, Visitor<AbortedTransaction>& visitor) noexcept = 0;

  // Nothing from `offset` on remains, and no part of a batch that reaches it: log_end becomes the end of what is left, at most `offset`.
  // Below log_start it is restart(offset). Aborted transactions whose markers went are forgotten.
  virtual Status truncate(std::int64_t offset) noexcept = 0;
  virtual Status restart(std::int64_t offset) noexcept = 0;  // empty, begins and ends at `offset`; keeps the side files
  // log_start := offset, never back. Segments that end at or below it are deleted, except the active one: roll() first to be rid of that.
  virtual Status advance_start(std::int64_t offset) noexcept = 0;
  virtual Status segments(Visitor<SegmentInfo>& visitor) noexcept = 0;  // oldest first
  virtual void note_high_watermark(std::int64_t offset) noexcept = 0;   // kept at the next checkpoint()

  // Small files beside the segments (producer snapshots, leader-epoch-checkpoint), replaced as a whole, durable when `sync`.
  virtual Status write_side(Text name, Bytes content, bool sync) noexcept = 0;
  virtual Status read_side(Text name, Sink& to) noexcept = 0;  // kNotFound
  virtual Status remove_side(Text name) noexcept = 0;          // no error where there is none
  virtual Status list_sides(Visitor<Text>& visitor) noexcept = 0;

 protected:
  ~PartitionStorage() = default;
};

struct DirectoryInfo {
  Text path;
  Uuid id;  // directory.id; never changes. Zero where StorageFormat gave none
  bool online = true;
  std::uint64_t total_bytes = 0;
  std::uint64_t usable_bytes = 0;
};

// What the storage's directories say of the deployment they belong to; empty texts where they were never formatted.
struct StorageIdentity {
  bool formatted = false;
  Text cluster_id;
  std::int32_t node_id = -1;
  bool has_directory_ids = true;  // as in the StorageFormat
};

// Who the directories belong to.
struct StorageFormat {
  Text cluster_id;
  std::int32_t node_id = -1;
  // Each has an id, by which the cluster's metadata names it. Otherwise it has none: so Kafka did where a ZooKeeper had the metadata
  // (meta.properties of version 0, and not 1), and takes no directories of the other form.
  bool has_directory_ids = true;
};

struct StartOutcome {
  bool clean = false;                       // every directory was stopped cleanly
  std::int64_t previous_broker_epoch = -1;  // from the clean-shutdown files
};

// A partition found in the directories.
struct StoredPartition {
  PartitionName name;  // topic_id zero when the directory does not say
  std::uint32_t directory = 0;
};

class Storage : public Object {
 public:
  static constexpr Text kName = "storage";
  static constexpr std::int32_t kRevision = 4;

  virtual Status identity(StorageIdentity& identity) noexcept = 0;
  // Writes who the directories belong to (meta.properties); those that already say the same stay as they are; any other is refused.
  virtual Status format(const StorageFormat& format) noexcept = 0;
  // Takes the directories' locks. kExists: another process runs on them.
  virtual Status start(StartOutcome& outcome) noexcept = 0;
  // Flushes, keeps checkpoints and marks the stop as clean. All partitions are closed.
  virtual Status stop(std::int64_t broker_epoch) noexcept = 0;

  virtual Status directories(Visitor<DirectoryInfo>& visitor) noexcept = 0;
  // One that never had anything to keep (a side file that was not to be synced is nothing) may be missing after a stop: who opens it makes
  // it again.
  virtual Status partitions(Visitor<StoredPartition>& visitor) noexcept = 0;

  // Opens what is there, or makes it when `create` (in the directory with the fewest partitions, or in `directory` if that is not zero).
  // kNotFound when it is not there and not to be made; kCorrupt when the stored topic id is another one. The object belongs to the storage
  // until close() or remove().
  virtual Status open(const PartitionName& name, const Uuid& directory, bool create, const PartitionSettings& settings,
                      PartitionStorage*& made) noexcept = 0;
  virtual void close(PartitionStorage* partition) noexcept = 0;
  // Gone for every later open() at once; its room is given back after file_delete_delay_ms.
  virtual Status remove(PartitionStorage* partition) noexcept = 0;
  // Sets aside a stored partition that the metadata does not place here: kept, never deleted.
  virtual Status set_aside(const StoredPartition& partition) noexcept = 0;

  // Keeps recovery points, start offsets and high watermarks. Called from time to time, on a thread that may block, beside other functions,
  // but for start() and stop().
  virtual Status checkpoint() noexcept = 0;

  // An author's class derives from PartitionStorage for its partitions (noexcept functions) and has all functions of Storage, which may
  // throw.
  template <class T, class Id>
  class Guarded;

 protected:
  ~Storage() = default;
};

template <class T, class Id>
class Storage::Guarded final : public Storage {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {}

  Status identity(StorageIdentity& out) noexcept override {
    return detail::guarded(Id::text(), "identity", [&] { return author_.identity(out); });
  }
  Status format(const StorageFormat& format) noexcept override {
    return detail::guarded(Id::text(), "format", [&] { return author_.format(format); });
  }
  Status start(StartOutcome& out) noexcept override {
    return detail::guarded(Id::text(), "start", [&] { return author_.start(out); });
  }
  Status stop(std::int64_t broker_epoch) noexcept override {
    return detail::guarded(Id::text(), "stop", [&] { return author_.stop(broker_epoch); });
  }
  Status directories(Visitor<DirectoryInfo>& visitor) noexcept override {
    return detail::guarded(Id::text(), "directories", [&] { return author_.directories(visitor); });
  }
  Status partitions(Visitor<StoredPartition>& visitor) noexcept override {
    return detail::guarded(Id::text(), "partitions", [&] { return author_.partitions(visitor); });
  }
  Status open(const PartitionName& name, const Uuid& directory, bool create, const PartitionSettings& settings,
              PartitionStorage*& made) noexcept override {
    return detail::guarded(Id::text(), "open", [&] { return author_.open(name, directory, create, settings, made); });
  }
  void close(PartitionStorage* partition) noexcept override {
    detail::guarded_value(true, [&] {
      author_.close(partition);
      return true;
    });
  }
  Status remove(PartitionStorage* partition) noexcept override {
    return detail::guarded(Id::text(), "remove", [&] { return author_.remove(partition); });
  }
  Status set_aside(const StoredPartition& partition) noexcept override {
    return detail::guarded(Id::text(), "set_aside", [&] { return author_.set_aside(partition); });
  }
  Status checkpoint() noexcept override {
    return detail::guarded(Id::text(), "checkpoint", [&] { return author_.checkpoint(); });
  }
  void* find(Text interface_id) noexcept override {
    if constexpr (requires { author_.find(interface_id); }) return author_.find(interface_id);
    return nullptr;
  }

 private:
  T author_;
};

}  // namespace barnabas::sdk
