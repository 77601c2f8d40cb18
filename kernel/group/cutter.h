// Cuts what is written of a group into writes that its store takes, and that do not hold up the writes of other groups for long. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernel/group/journal.h"

namespace barnabas::group {

std::uint64_t bytes_of(const StoredOffset& offset);
std::uint64_t bytes_of(const StoredRecord& record);
std::uint64_t bytes_of(const GroupChange& change);

class Cutter {
 public:
  // Each change has less than `max_bytes` unless one offset or record alone has more; 0: no limit. None has very many items.
  explicit Cutter(std::uint64_t max_bytes);

  void add(StoredOffset offset);
  void add(StoredRecord record);
  void forget(const StoredOffsetKey& key);
  void forget(const std::string& key) { add(StoredRecord{key, std::nullopt}); }
  // In the order in which it was added.
  std::vector<GroupChange> take() { return std::move(changes_); }

 private:
  GroupChange& room(std::uint64_t bytes);

  const std::uint64_t max_bytes_;
  std::uint64_t used_ = 0;  // of the last change
  std::size_t items_ = 0;
  std::vector<GroupChange> changes_;
};

}  // namespace barnabas::group
