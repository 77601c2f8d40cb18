// Where the replicas of new partitions go: which brokers the deployment's placement chooses among, what it says, and in which directories
// of those brokers they are kept.
//
// Pure. One thread.
#pragma once

#include <barnabas/sdk/host.h>

#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/catalog/image.h"
#include "kernel/controller/draft.h"
#include "kernel/host/checked_placement.h"

namespace barnabas::controller {

// The replicas of so many new partitions. kExhausted, in Kafka's words, when there are not enough brokers; otherwise what the placement
// failed with, or what is wrong with its answer.
Result<host::Replicas> place(Draft& draft, std::int32_t partitions, std::int16_t replication);

// The directory in which a broker keeps a new replica.
Uuid directory_for(const catalog::Image& image, std::int32_t broker, sdk::Random& random);

}  // namespace barnabas::controller
