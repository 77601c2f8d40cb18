// Where a consumer is in a partition. Owned values.
#pragma once

#include <cstdint>
#include <string>

namespace barnabas::tools {

struct ReadPosition {
  std::string topic;
  std::int32_t partition = 0;
  std::int32_t leader = -1;
  std::int64_t offset = 0;         // the next to read
  std::int32_t leader_epoch = -1;  // of the batch before it
};

}  // namespace barnabas::tools
