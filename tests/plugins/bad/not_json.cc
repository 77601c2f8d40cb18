// A manifest that is not JSON.
#include "raw_manifest.h"
RAW_MANIFEST("kind: codec")
