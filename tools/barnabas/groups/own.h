// Group commands that Kafka does not have: they ask what only our brokers answer.
#pragma once

#include "tools/barnabas/command.h"

namespace barnabas::tools {

// barnabas groups why GROUP: what caused its last rebalances.
int group_why(const Arguments& arguments);
// barnabas groups move-offsets GROUP --to STORE: moves what is stored of it into another offset store.
int group_move_offsets(const Arguments& arguments);

}  // namespace barnabas::tools
