// An assignor's answer, looked at before anybody relies on it: every partition that it gives away exists, goes to one member only, and that
// member is subscribed to its topic. [any thread, one at a time for one assignor]
#pragma once

#include <barnabas/sdk/assignor.h>

#include <string_view>
#include <vector>

#include "kernel/base/result.h"

namespace barnabas::host {

// Of each member, at its place; partitions ascending.
using Assignment = std::vector<std::vector<sdk::AssignorPartition>>;

// What the assignor says; its own failure, or kInvalid with the first thing that is wrong, in a sentence with its name.
Result<Assignment> assign_checked(sdk::Assignor& assignor, std::string_view name, const sdk::AssignorGroup& group);

}  // namespace barnabas::host
