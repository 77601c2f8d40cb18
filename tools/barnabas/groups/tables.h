// What --list and --describe print, with the columns of Kafka's tool. Pure: facts in, text out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/barnabas/groups/facts.h"

namespace barnabas::tools {

// A partition that a group reads or has committed; what is not known is shown as "-".
struct OffsetRow {
  TopicPartition partition;
  std::optional<CommittedOffset> committed;
  std::optional<std::int64_t> log_start;
  std::optional<std::int64_t> log_end;
  const GroupMember* member = nullptr;  // null: nobody reads it
};

// Those of each member, of the one with the most partitions first, then what is committed and read by nobody. Views `group`.
std::vector<OffsetRow> offset_rows(const GroupDescription& group, const CommittedOffsets& committed, const Offsets& starts,
                                   const Offsets& ends);

struct OffsetColumns {
  bool leader_epoch = false;
  bool lead = false;  // our own: how far the group is from the start of the log
};
std::string offsets_table(const std::string& group, const std::vector<OffsetRow>& rows, const OffsetColumns& columns);
std::string members_table(const GroupDescription& group, bool verbose);
std::string state_table(const GroupDescription& group, bool verbose);
std::string listing_table(const std::vector<GroupListing>& groups, bool with_type, bool with_state);

// What there is to say about the state of a group before its table, and whether the table says anything.
struct StateNote {
  std::string text;       // empty: nothing
  bool is_error = false;  // Kafka's tool prints it on standard output
  bool has_table = false;
};
StateNote state_note(const GroupDescription& group, std::size_t rows);

}  // namespace barnabas::tools
