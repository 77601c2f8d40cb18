// Whether a broker speaks for its present registration: what an earlier process of it still says does not count.
//
// Pure. [any thread]
#pragma once

#include <cstdint>

#include "kernel/catalog/image.h"
#include "kernel/controller/requests.h"

namespace barnabas::controller {

// STALE_BROKER_EPOCH where it does not, also where there is no registration.
Outcome check_broker_epoch(const catalog::Image& image, std::int32_t id, std::int64_t epoch);

}  // namespace barnabas::controller
