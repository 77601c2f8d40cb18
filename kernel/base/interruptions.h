// Whether the system took the processor from this thread while something ran: what was measured then says nothing of what it cost. [any
// thread, of itself]
#pragma once

#include <cstdint>

namespace barnabas::base {

// Between two moments of the monotonic clock, `now_ns` being this one. A system call, so for what seems to have taken long. It errs towards
// yes, by what happened between its last call and `since_ns`.
bool was_interrupted(std::int64_t since_ns, std::int64_t now_ns);

}  // namespace barnabas::base
