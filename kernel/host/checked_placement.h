// A placement's answer, looked at before anything is written: as many partitions as were asked for, each with as many different brokers of
// the cluster, the first of which can lead. [any thread, one at a time for one placement]
#pragma once

#include <barnabas/sdk/placement.h>

#include <string_view>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::host {

// Of each partition, the one that is to lead first.
using Replicas = std::vector<std::vector<std::int32_t>>;

// What the placement says; its own failure, or kInvalid with the first thing that is wrong, in a sentence with its name.
Result<Replicas> place_checked(sdk::Placement& placement, std::string_view name, const sdk::PlacementCluster& cluster,
                               const sdk::PlacementRequest& request);

}  // namespace barnabas::host
