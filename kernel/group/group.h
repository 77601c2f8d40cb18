// What the coordinator asks of a group without knowing its kind: classic or KIP-848's. One thread, that of the coordinator.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "kernel/group/journal.h"
#include "kernel/group/offset_types.h"

namespace barnabas::group {

enum class GroupKind : std::uint8_t { kClassic, kConsumer };

class Group {
 public:
  virtual ~Group() = default;

  virtual GroupKind kind() const = 0;
  virtual std::string_view type_name() const = 0;   // "classic", as in ListGroups
  virtual std::string_view state_name() const = 0;  // "Stable"
  virtual std::string_view protocol_type() const = 0;
  // Nobody is a member or about to become one.
  virtual bool is_empty() const = 0;

  virtual ErrorCode check_commit(const OffsetCommitRequest& request) const = 0;
  virtual void on_commit(const OffsetCommitRequest& request) = 0;  // agreed: a sign of life
  virtual ErrorCode check_fetch(const OffsetFetchRequest& request) const = 0;
  virtual ErrorCode check_offset_delete() const = 0;
  virtual bool is_subscribed(std::string_view topic) const = 0;
  // From when retention counts for an offset; nothing: it does not expire now.
  virtual std::optional<std::int64_t> retention_from(const StoredOffset& offset) const = 0;

  virtual void on_loaded() = 0;  // everything was told: alarms may be set
  virtual void add_tombstones(std::vector<StoredRecord>& records) const = 0;
  // Who waits is answered with NOT_COORDINATOR; nothing is asked any more.
  virtual void resign() = 0;
};

}  // namespace barnabas::group
