// The symbol is there, but what it names is not an entry record.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "broken_entry", BARNABAS_STAMP) "\"settings\":[]}")
RAW_ENTRY(0x12345678, raw_manifest, &create_nothing, &destroy_nothing)
