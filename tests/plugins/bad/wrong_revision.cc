// Of a kind whose interface changed since.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "7", "wrong_revision", BARNABAS_STAMP) "\"settings\":[]}")
