// The code says something else than the file.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "two_faced", BARNABAS_STAMP) "\"settings\":[]}")
namespace {
constexpr char kOther[] = "{}";
}
RAW_ENTRY(barnabas::sdk::kEntryMagic, kOther, &create_nothing, &destroy_nothing)
