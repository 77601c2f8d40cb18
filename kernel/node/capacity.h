// Whether the machine can hold what a deployment allows: descriptors, memory, loops. Pure.
#pragma once

#include "kernel/base/machine.h"
#include "kernel/config/deployment.h"
#include "kernel/config/findings.h"

namespace barnabas::node {

// What cannot be held is a finding of that severity: an error where the broker is to start, a warning where a file is only looked at,
// perhaps on another machine. What can be held and is of little use is a warning in both.
void check_capacity(const config::Deployment& deployment, const base::Machine& machine, config::Severity severity,
                    config::Findings& findings);

}  // namespace barnabas::node
