// What a lease holds: octets of it, and where its batches end, by their headers alone; and how it is given back. [any thread]
#pragma once

#include <barnabas/sdk/storage.h>

#include "kernel/base/result.h"

namespace barnabas::log {

// Octets [at, at + to.size) of the lease, which may lie in several regions. REQUIRES: the lease has so many.
Status read_lease(const sdk::Lease& lease, std::uint64_t at, sdk::MutableBytes to);

// One after the last offset of the last batch that begins in the lease, whole or cut. 0: none does.
Result<std::int64_t> end_of_lease(const sdk::Lease& lease);

// Whether the batch that the lease begins with is all there.
Result<bool> begins_with_whole_batch(const sdk::Lease& lease);

// Afterwards the lease is empty; an empty one may be given back again.
void give_back(sdk::Lease& lease);

}  // namespace barnabas::log
