// A schema that describes one option twice.
#include "raw_manifest.h"
RAW_MANIFEST(RAW_HEAD("1", "interceptor", "1", "option_twice", BARNABAS_STAMP)
             "\"settings\":[{\"name\":\"a\",\"type\":\"bool\",\"default\":\"true\",\"help\":\"\"},{\"name\":\"a\",\"type\":\"bool\",\"default\":\"true\",\"help\":\"\"}]}")
