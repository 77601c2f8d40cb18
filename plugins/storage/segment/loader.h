// Makes the segments of a partition from what its folder holds: cleans up what a crash left, and checks every batch that may not have
// reached the device. One call, one thread.
#pragma once

#include "partition.h"

namespace barnabas::segment {

struct LoadRequest {
  Marks marks;
  bool unclean = false;       // the last stop of the directory was not clean, and nobody has looked at this partition since
  bool new_metadata = false;  // partition.metadata was written just now, and is not synced
};

// What a partition that nothing is stored of begins as.
Partition::Opened new_partition(SegmentContext& context, const sdk::Uuid& topic_id);

// kIo and other failures of the disk come back as they are.
Result<Partition::Opened> load_partition(SegmentContext& context, const LoadRequest& request);

}  // namespace barnabas::segment
