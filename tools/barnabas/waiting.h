// Says why a command waits: each reason once until it is over, and none that is over within a second. One thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "kernel/base/result.h"

namespace barnabas::tools {

// What a broker that comes back, or a leader that is found, can mend.
inline bool may_pass(const Status& status) { return status.code() == Code::kUnavailable || status.code() == Code::kUnknown; }

class Waiting {
 public:
  // It was tried at `now_ns` of the monotonic clock, and this is in the way.
  void on(std::string_view reason, std::int64_t now_ns);
  void over();

 private:
  std::int64_t since_ns_ = -1;
  std::set<std::string, std::less<>> said_;
};

}  // namespace barnabas::tools
