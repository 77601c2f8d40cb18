// Built with an SDK that this program does not speak.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("9", "interceptor", "1", "wrong_sdk", BARNABAS_STAMP) "\"settings\":[]}")
