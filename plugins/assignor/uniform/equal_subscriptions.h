// All members read the same topics: equal shares, and who has partitions keeps as many as its share allows. One thread.
#pragma once

#include <barnabas/sdk/assignor.h>

namespace barnabas::assignor {

bool subscriptions_are_equal(const sdk::AssignorGroup& group);

// REQUIRES: subscriptions_are_equal(group)
void assign_equal(const sdk::AssignorGroup& group, sdk::AssignorSink& sink);

}  // namespace barnabas::assignor
