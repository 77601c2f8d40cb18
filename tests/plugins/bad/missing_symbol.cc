// A manifest without the door that it promises.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "missing_symbol", BARNABAS_STAMP) "\"settings\":[]}")
