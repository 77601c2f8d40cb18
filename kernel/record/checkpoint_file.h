// Kafka's checkpoint files as text: version 0, the number of entries, one entry a line. Pure: whoever calls does the reading and writing.
// [any thread]
//
// recovery-point-, log-start-, replication- and cleaner-offset-checkpoint hold "topic partition offset"; leader-epoch-checkpoint holds
// "epoch offset". A file is replaced as a whole (NAME.tmp, fsync, rename), so a torn one is an error and never read in part.
#pragma once

#include "kernel/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::record {

struct PartitionOffset {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;

  friend bool operator==(const PartitionOffset&, const PartitionOffset&) = default;
};

// The entry lines, as views into `text`. An empty text has no entries. kCorrupt names the line that is wrong.
Result<std::vector<std::string_view>> parse_checkpoint_lines(std::string_view text);
std::string print_checkpoint_lines(std::span<const std::string> lines);

Result<std::vector<PartitionOffset>> parse_partition_offsets(std::string_view text);
std::string print_partition_offsets(std::span<const PartitionOffset> entries);

}  // namespace barnabas::record
