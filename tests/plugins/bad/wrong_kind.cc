// Of a kind that this program does not know.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "teleporter", "1", "wrong_kind", BARNABAS_STAMP) "\"settings\":[]}")
