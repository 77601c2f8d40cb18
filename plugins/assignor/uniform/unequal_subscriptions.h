// Members read different topics: everybody keeps what it has, the rest goes to who has least, then single partitions move from who has two
// more than another that may read them. One thread.
#pragma once

#include <barnabas/sdk/assignor.h>

namespace barnabas::assignor {

void assign_unequal(const sdk::AssignorGroup& group, sdk::AssignorSink& sink);

}  // namespace barnabas::assignor
