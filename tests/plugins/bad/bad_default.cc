// A schema whose default breaks its own rule.
#include "raw_manifest.h"
RAW_MANIFEST(
    RAW_HEAD("1", "interceptor", "1", "bad_default",
             BARNABAS_STAMP) "\"settings\":[{\"name\":\"level\",\"type\":\"int32\",\"default\":\"12\",\"help\":\"\",\"min\":1,\"max\":9}]}")
