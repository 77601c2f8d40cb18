// Who coordinates a group: the question alone. [loop]
#pragma once

#include <functional>
#include <string>

#include "kernel/client/client.h"
#include "kernel/wire/errors.h"

namespace barnabas::client {

struct FoundCoordinator {
  std::int32_t node_id = -1;
  base::Address address;
};

// What no answer came to is kNetworkException.
void find_coordinator(Client& client, const std::string& group_id, std::function<void(wire::ErrorCode, FoundCoordinator)> then);

}  // namespace barnabas::client
