// Ends the process as soon as it is loaded: whoever only looks at it must not load it.
#include "raw_manifest.h"

#include <cstdlib>

RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "aborts", BARNABAS_STAMP) "\"settings\":[]}")
RAW_ENTRY(barnabas::sdk::kEntryMagic, raw_manifest, &create_nothing, &destroy_nothing)

namespace {
const int kNever = [] {
  std::abort();
  return 0;
}();
}  // namespace
