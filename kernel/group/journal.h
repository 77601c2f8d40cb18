// Where a coordinator writes what it must remember. The broker implements it over sdk::OffsetStore.
//
// Owned values throughout: a write may wait for a store of the owner's choice. Used by the loop of the coordinator only.
#pragma once

#include <barnabas/sdk/bytes.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/uuid.h"
#include "kernel/wire/errors.h"

namespace barnabas::group {

using wire::ErrorCode;

struct StoredOffset {
  std::string topic;
  Uuid topic_id;  // zero: not known
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;
  std::string metadata;
  std::int64_t commit_ms = -1;
  std::int64_t expire_ms = -1;  // -1: by the broker's retention

  friend bool operator==(const StoredOffset&, const StoredOffset&) = default;
};

struct StoredOffsetKey {
  std::string topic;
  std::int32_t partition = 0;

  friend auto operator<=>(const StoredOffsetKey&, const StoredOffsetKey&) = default;
};

// One of the records of __consumer_offsets other than committed offsets, octet for octet.
struct StoredRecord {
  std::string key;                   // begins with its type, 16 bits
  std::optional<std::string> value;  // begins with its version, 16 bits; not there: forget the key
  bool unwritable = false;           // it has no octets, as of a string that is too long: a write of it is refused, and forgets nothing

  friend bool operator==(const StoredRecord&, const StoredRecord&) = default;
};

// Changes of one group that are kept together or not at all.
struct GroupChange {
  std::string group;
  std::int32_t home = 0;
  std::int32_t epoch = 0;
  std::int64_t wall_ms = 0;
  std::vector<StoredOffset> offsets;
  std::vector<StoredOffsetKey> forgotten;
  std::vector<StoredRecord> records;
};

class Journal {
 public:
  virtual ~Journal() = default;

  // What one write of the group may have at most, keys, values and metadata together; 0: no limit.
  virtual std::uint64_t max_write_bytes(std::string_view group) = 0;
  // Something of the group has `bytes` and is not kept for that reason: an operator is told.
  virtual void too_large(std::string_view group, std::uint64_t bytes) = 0;

  // `done` is called once, later, never from inside the call, also after the home was resigned; its error is for clients:
  // COORDINATOR_NOT_AVAILABLE to try again, NOT_COORDINATOR when somebody else took over, REQUEST_TIMED_OUT when it is not known whether it
  // was written, INVALID_COMMIT_OFFSET_SIZE when it is too large, UNKNOWN_SERVER_ERROR when it will never be taken. Writes of one group
  // take effect in the order of their calls. Before it says REQUEST_TIMED_OUT, Coordinator::load_again() is called: what is stored is read,
  // not guessed.
  virtual void write(GroupChange change, std::function<void(ErrorCode)> done) = 0;
};

}  // namespace barnabas::group
