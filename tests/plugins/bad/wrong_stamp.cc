// Built with a sanitizer whose run-time this program does not have.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "wrong_stamp", "itanium-c++-abi pointer=8 sanitizer=memory") "\"settings\":[]}")
