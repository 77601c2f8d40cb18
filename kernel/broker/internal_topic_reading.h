// Reading a whole partition for an offset store, piece by piece: from the storage on a helper thread, to the sink on the loop.
#pragma once

#include <barnabas/sdk/internal_topic.h>

#include <cstdint>
#include <memory>

#include "kernel/base/env.h"
#include "kernel/broker/partition.h"

namespace barnabas::broker {

// Tells `sink` every batch from the log's start to where it ends now, then `completion`. `owner` keeps the partition. [loop]
void read_internal_topic(base::Loop& loop, std::shared_ptr<const LocalTopic> owner, Partition& partition, std::int32_t leader_epoch,
                         sdk::BatchSink& sink, sdk::Completion& completion);

}  // namespace barnabas::broker
