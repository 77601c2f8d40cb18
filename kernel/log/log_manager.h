// The partition logs of this broker: opened through the storage plugin, found by name or id, closed together.
//
// Threads: find() and visits from any thread; open, create, remove, close, checkpoint from the one loop that owns the storage.
// A log found stays a valid object as long as the caller holds it: after remove() or close() it answers NOT_LEADER_OR_FOLLOWER.
#pragma once

#include "kernel/log/partition_log.h"

#include <barnabas/sdk/host.h>

#include <functional>
#include <map>
#include <optional>
#include <shared_mutex>
#include <unordered_map>

namespace barnabas::log {

// A partition that the storage keeps.
struct StoredLog {
  std::string topic;
  std::int32_t partition = 0;
  sdk::Uuid topic_id = {};
  std::uint32_t directory = 0;
};

struct OpenLog {
  std::string_view topic;
  std::int32_t partition = 0;
  sdk::Uuid topic_id = {};
  sdk::Uuid directory = {};  // zero: the storage chooses
  bool create = true;        // made when it is not there, else kNotFound
  LogSettings settings = {};
};

class LogManager {
 public:
  // Both outlive it. The storage is started.
  LogManager(sdk::Storage& storage, sdk::Clock& clock) : storage_(storage), clock_(clock) {}
  ~LogManager();
  LogManager(const LogManager&) = delete;
  LogManager& operator=(const LogManager&) = delete;

  // What is open already is returned as it is; kExists when that has another topic id. The new log is a follower of no epoch, without an
  // observer; `prepare` runs before any other thread can find it.
  Result<std::shared_ptr<PartitionLog>> open(const OpenLog& what,
                                             const std::function<void(PartitionLog&, const OpenReport&)>& prepare = {});

  std::shared_ptr<PartitionLog> find(std::string_view topic, std::int32_t partition) const;  // null: none
  std::shared_ptr<PartitionLog> find(const sdk::Uuid& topic_id, std::int32_t partition) const;
  std::size_t size() const;
  // A copy of the list, in no order.
  std::vector<std::shared_ptr<PartitionLog>> all() const;

  // Gone for every later open() and find(). kNotFound: not open.
  Status remove(std::string_view topic, std::int32_t partition);
  // The same of one that is stored and could not be opened as a log; where the storage cannot open it either it is set aside. Success also
  // where nothing of that topic is stored. `listed`: what is stored, once somebody had to ask; for all partitions of a topic the same.
  Status remove_closed(const OpenLog& what, std::optional<std::vector<StoredLog>>& listed);
  // Closes one log cleanly and leaves it stored.
  Status close(std::string_view topic, std::int32_t partition);
  // What the storage keeps, open or not.
  Result<std::vector<StoredLog>> stored();
  // What lies there is in no list of what is stored.
  bool has_offline_directory();
  // Sets aside a stored partition that the metadata does not place here.
  Status set_aside(const StoredLog& log);

  // From time to time: high watermarks, start offsets and recovery points are kept, idle producers forgotten.
  Status checkpoint();
  // Closes all logs cleanly, then stops the storage. The first failure is told, the rest is done all the same.
  Status stop(std::int64_t broker_epoch);

  sdk::Storage& storage() { return storage_; }

 private:
  struct Entry {
    std::shared_ptr<PartitionLog> log;
    sdk::PartitionStorage* storage = nullptr;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct IdHash {
    std::size_t operator()(const sdk::Uuid& id) const;
  };
  using Partitions = std::map<std::int32_t, Entry>;

  std::optional<Entry> take(std::string_view topic, std::int32_t partition);

  sdk::Storage& storage_;
  sdk::Clock& clock_;
  mutable std::shared_mutex mutex_;  // guards the maps, not the logs
  std::unordered_map<std::string, Partitions, TextHash, std::equal_to<>> by_name_;
  std::unordered_map<sdk::Uuid, std::string, IdHash> names_;
};

}  // namespace barnabas::log
