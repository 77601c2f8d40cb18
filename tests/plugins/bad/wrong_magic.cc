// JSON, but of somebody else.
#include "raw_manifest.h"
RAW_MANIFEST("{\"magic\":\"some-other-plugin\",\"kind\":\"codec\"}")
