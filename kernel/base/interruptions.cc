#include "kernel/base/interruptions.h"

#include <sys/resource.h>

namespace barnabas::base {

bool was_interrupted(std::int64_t since_ns, std::int64_t now_ns) {
  thread_local long seen = 0;
  thread_local std::int64_t seen_at_ns = -1;  // several ask of the same moment, one behind the other
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  if (usage.ru_nivcsw != seen) {
    seen = usage.ru_nivcsw;
    seen_at_ns = now_ns;
  }
  return seen_at_ns >= since_ns;
}

}  // namespace barnabas::base
