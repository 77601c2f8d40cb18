// What a move writes: everything that is stored of a group, cut into writes that a store takes. Pure. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/group/move/move.h"
#include "kernel/group/slot.h"

namespace barnabas::group {

struct MoveContent {
  std::vector<GroupChange> changes;  // at least one
  std::size_t offsets = 0;
  std::size_t records = 0;
  std::size_t bytes = 0;
};

// All of the group, and `strays` that are not part of it are forgotten first. Each change has less than `max_bytes` unless one offset or
// record alone has more; 0: no limit.
MoveContent content_of(const Slot& slot, const Strays& strays, std::uint64_t max_bytes);
// A write that changes nothing: it forgets the offset of a partition that cannot be.
GroupChange change_of_nothing();
// The changes that forget what `strays` names.
std::vector<GroupChange> forgetting(const Strays& strays, std::uint64_t max_bytes);
// The keys of all that the changes write or forget.
void add_keys(const std::vector<GroupChange>& changes, Strays& strays);

}  // namespace barnabas::group
