// Begins a cluster on empty storage and metadata, so that a first start needs no step before it.
#pragma once

#include <string>

#include "kernel/base/result.h"
#include "kernel/config/deployment.h"
#include "kernel/node/services.h"

namespace barnabas::node {

// The cluster's id: the one that storage and metadata say, which must agree, or a new random one, written to whichever had none.
Result<std::string> format_if_empty(Services& services, const config::Deployment& deployment);

}  // namespace barnabas::node
