// Kind `offset_store`: what a group coordinator must remember: committed offsets, and its groups' own records.
//
// Every group belongs to a partition of __consumer_offsets, its home. Whoever leads the home coordinates its groups, and the home's leader
// epoch is the coordinator's epoch, whatever the store. When it takes over a home, the coordinator is told everything that is stored for
// it, and from then on answers reads from its own memory: a store is read at take-overs and written at each commit.
//
// The epoch is a fence. A store keeps it beside what is written; a write under an epoch older than one that took the home over changes
// nothing and ends with kFenced, however late it arrives. So a coordinator that was paused moves nothing backwards.
//
// Threads: one object a coordinator loop. Every function is called on the executor of the store's Host, and every completion and load is
// called there, never from inside the call that caused it, and never waits: a client library that blocks lives on a thread of the store's
// own, with deadlines. Functions that take a Completion return an error only when nothing was begun; then done() is not called. Errors:
// kFenced as above; kUnavailable: the server is away or refuses for now, nothing was done; kUnknown: the reply was lost, and the same write
// may be made again, with the same outcome as once; kExhausted: larger than abilities() say; kInvalid: it will never be taken.
#pragma once

#include <barnabas/sdk/plugin.h>

namespace barnabas::sdk {

struct CommittedOffset {
  Text topic;
  Uuid topic_id;  // zero: the client did not say
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;
  Text metadata;
  std::int64_t commit_ms = -1;  // wall clock
  std::int64_t expire_ms = -1;  // -1: by the broker's retention
};

struct OffsetKey {
  Text topic;
  std::int32_t partition = 0;
};

// One of the records of __consumer_offsets that are not committed offsets, octet for octet: a key that begins with its type, and a value.
// Only the coordinator knows what they mean; a store keeps the newest value of each key.
struct GroupRecord {
  Bytes key;
  Bytes value;
  bool has_value = false;  // false: the key is forgotten
};

// Changes of one group that are kept together or not at all. Views are valid until write() returns.
struct GroupWrite {
  Text group;
  std::int32_t home = 0;
  std::int32_t epoch = 0;
  std::int64_t now_ms = 0;  // wall clock, the timestamp of the write
  const CommittedOffset* offsets = nullptr;
  std::size_t offset_count = 0;
  const OffsetKey* forgotten = nullptr;
  std::size_t forgotten_count = 0;
  const GroupRecord* records = nullptr;
  std::size_t record_count = 0;
};

// Told what is stored. Views are valid during the call. [executor of the store]
class OffsetLoad {
 public:
  virtual void on_offset(Text group, const CommittedOffset& offset) noexcept = 0;
  virtual void on_record(Text group, const GroupRecord& record) noexcept = 0;  // always with a value

 protected:
  ~OffsetLoad() = default;
};

// What survives once a write is done; each includes those before it.
enum class Durability : std::uint8_t {
  kProcess,    // nothing: it lives in this process
  kCrash,      // the end of the process, not that of the machine
  kPowerLoss,  // what is done is on a device
};

struct OffsetStoreAbilities {
  Durability durability = Durability::kProcess;
  std::uint64_t max_write_bytes = 0;  // of one GroupWrite's keys, values and metadata together; 0: no limit of its own
};

struct OffsetStoreStart {
  Text cluster_id;  // clusters may share a server: what is stored is kept apart by this
  std::int32_t node_id = -1;
  std::int32_t home_count = 0;  // partitions of __consumer_offsets, as the deployment makes or has them
};

class OffsetStore : public Object {
 public:
  static constexpr Text kName = "offset_store";
  static constexpr std::int32_t kRevision = 1;

  // Connects, makes what is missing and migrates what is old. An error is one that an operator must mend (a foreign schema, a user who may
  // not write, a wrong password) and says how; a server that is merely away is no error here: what comes later answers kUnavailable.
  virtual Status start(const OffsetStoreStart& start, Completion& completion) noexcept = 0;
  // Writes under way end first, or with kUnknown when that takes too long. Afterwards nobody is told anything.
  virtual Status stop(Completion& completion) noexcept = 0;
  // REQUIRES: start() is done.
  virtual OffsetStoreAbilities abilities() noexcept = 0;

  // Raises the fence of `home` to `epoch`, durably, then tells everything that is stored for it, in any order, each offset and record once,
  // then done. `load` lives until then. The same epoch comes again when a write has ended with kUnknown: what was begun before, lost or
  // not, is told, or never takes effect.
  virtual Status take_over(std::int32_t home, std::int32_t epoch, OffsetLoad& load, Completion& completion) noexcept = 0;
  // Somebody else leads the home now, or nobody: what was kept in memory for it may go. Writes under way for it may still succeed.
  virtual void resign(std::int32_t home) noexcept = 0;

  // REQUIRES: take_over() of the home is done. Any number may be under way; those of one group take effect in order, and when one fails
  // with anything but kInvalid or kExhausted, those of the group behind it that are under way fail too.
  virtual Status write(const GroupWrite& write, Completion& completion) noexcept = 0;

  // An author's class has all of these functions; they may throw.
  template <class T, class Id>
  class Guarded;

 protected:
  ~OffsetStore() = default;
};

template <class T, class Id>
class OffsetStore::Guarded final : public OffsetStore {
 public:
  Guarded(Host& host, const typename T::Options& options) : author_(host, options) {}

  Status start(const OffsetStoreStart& start, Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "start", [&] { return author_.start(start, completion); });
  }
  Status stop(Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "stop", [&] { return author_.stop(completion); });
  }
  OffsetStoreAbilities abilities() noexcept override { return author_.abilities(); }
  Status take_over(std::int32_t home, std::int32_t epoch, OffsetLoad& load, Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "take_over", [&] { return author_.take_over(home, epoch, load, completion); });
  }
  void resign(std::int32_t home) noexcept override { author_.resign(home); }
  Status write(const GroupWrite& write, Completion& completion) noexcept override {
    return detail::guarded(Id::text(), "write", [&] { return author_.write(write, completion); });
  }
  void* find(Text interface_id) noexcept override {
    if constexpr (requires { author_.find(interface_id); }) return author_.find(interface_id);
    return nullptr;
  }

 private:
  T author_;
};

}  // namespace barnabas::sdk
