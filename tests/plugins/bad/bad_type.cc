// A schema with a type that the SDK does not have.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "bad_type",
                      BARNABAS_STAMP) "\"settings\":[{\"name\":\"when\",\"type\":\"date\",\"default\":\"1\",\"help\":\"\"}]}")
