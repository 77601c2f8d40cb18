// A factory that reports success and hands out nothing.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "null_object", BARNABAS_STAMP) "\"settings\":[]}")
RAW_ENTRY(barnabas::sdk::kEntryMagic, raw_manifest, &create_nothing, &destroy_nothing)
