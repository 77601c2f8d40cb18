// What passes between a classic group and a consumer group when one becomes the other (KIP-848, online migration). Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/group/types.h"

namespace barnabas::group {

struct ClassicHandover {
  struct Member {
    std::string id;
    std::optional<std::string> instance_id;
    Client client;
    std::int32_t session_timeout_ms = 0;
    std::int32_t rebalance_timeout_ms = 0;
    std::vector<JoinRequest::Protocol> protocols;
    Octets assignment;
  };

  std::int32_t generation = 0;
  std::vector<Member> members;  // by id
};

}  // namespace barnabas::group
