// partition.metadata: which topic a folder belongs to, beyond its name. Pure. [any thread]
#pragma once

#include "kernel/base/result.h"

#include <barnabas/sdk/bytes.h>

#include <string>
#include <string_view>

namespace barnabas::segment {

Result<sdk::Uuid> parse_partition_metadata(std::string_view text);
std::string print_partition_metadata(const sdk::Uuid& topic_id);
// Only the beginning of such a text, or none of it, with or without zeros behind: what a loss of power may leave of one that was not
// synced.
bool is_torn(std::string_view text);

}  // namespace barnabas::segment
