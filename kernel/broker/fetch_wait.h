// A fetch that waits until there is enough to answer with, or its time is over.
#pragma once

#include <functional>
#include <memory>

#include "kernel/base/task.h"
#include "kernel/broker/call.h"
#include "kernel/broker/fetch_plan.h"

namespace barnabas::broker {

// `answer` is called once, on the loop, with the plan read for the last time; never when the connection ends before.
void park_fetch(Call& call, std::unique_ptr<FetchPlan> plan, std::function<void(Call&, FetchPlan&)> answer);

}  // namespace barnabas::broker
