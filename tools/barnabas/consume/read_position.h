// Where a consumer is in a partition. Owned values.
#pragma once

#include <cstdint>
#include <string>

#include "tools/barnabas/cluster.h"

namespace barnabas::tools {

// In the place of an offset, as ListOffsets names them: it is still to be asked for.
inline constexpr std::int64_t kLatest = -1;
inline constexpr std::int64_t kEarliest = -2;
// No word of ListOffsets': the first that is not older than the reset policy says.
inline constexpr std::int64_t kSince = -100;

struct ReadPosition {
  std::string topic;
  std::int32_t partition = 0;
  std::int32_t leader = -1;
  std::int64_t offset = 0;         // the next to read, or a word of those above
  std::int64_t missing = -1;       // the offset that did not exist, until the one to go on from is known
  std::int64_t end = -1;           // with kSince: the end before that was asked for, to begin at where nothing is that young
  std::int32_t leader_epoch = -1;  // of the batch before it
  Uuid topic_id = {};              // where it is known: one made anew under the same name has another
};

}  // namespace barnabas::tools
