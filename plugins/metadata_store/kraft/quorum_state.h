// The quorum-state file: a single line of JSON that says who leads and who was voted for. Written before an epoch is used. Pure. [any
// thread]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/uuid.h"

namespace barnabas::kraft {

struct QuorumState {
  std::int16_t version = 0;  // 0: static voters; 1: voters in the log (kraft.version 1)
  std::int32_t leader_id = -1;
  std::int32_t epoch = 0;
  std::int32_t voted_id = -1;
  Uuid voted_directory;              // version 1
  std::vector<std::int32_t> voters;  // version 0

  friend bool operator==(const QuorumState&, const QuorumState&) = default;
};

Result<QuorumState> parse_quorum_state(std::string_view text);
std::string print_quorum_state(const QuorumState& state);

}  // namespace barnabas::kraft
