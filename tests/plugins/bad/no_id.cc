// A manifest that lacks what it must say.
#include "raw_manifest.h"
RAW_MANIFEST(
    "{\"magic\":\"barnabas-plugin\",\"sdk\":1,\"kind\":\"codec\",\"revision\":1,\"version\":\"1\",\"about\":\"\",\"stamp\":\"\","
    "\"settings\":[]}")
