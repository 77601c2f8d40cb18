#include "segment_storage.h"

namespace barnabas::segment {

BARNABAS_PLUGIN(Storage, SegmentStorage, "segment", "1.0.0", "Kafka's own files, byte for byte, in one or more log directories.")

}  // namespace barnabas::segment
