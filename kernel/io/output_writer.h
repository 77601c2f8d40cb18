// Hands an Output to a socket: memory in gathered writes, file regions by sendfile. [loop thread]
#pragma once

#include "kernel/base/env.h"

namespace barnabas::io {

enum class Sent {
  kAll,      // nothing is left
  kBlocked,  // the socket takes no more now
  kBudget,   // the socket may take more, but others shall have their turn
  kFailed,   // errno of the network in `error`, or a Status of the file in `reason`
};

struct SendOutcome {
  Sent sent = Sent::kAll;
  int error = 0;
  Status reason;
};

// Sends at most about `budget_bytes`. `scratch` holds file octets on their way where sendfile is refused.
SendOutcome send_output(int socket, base::Output& output, std::uint64_t budget_bytes, sdk::MutableBytes scratch);

}  // namespace barnabas::io
