// A snapshot of the metadata as it comes over the network: the octets of its file (KIP-630). [any thread]
#pragma once

#include <vector>

#include "kernel/base/result.h"

namespace barnabas::quorum {

// Its metadata records, framed, as views into the octets. kCorrupt: damaged, or without the footer.
Result<std::vector<sdk::Bytes>> snapshot_records(sdk::Bytes octets);

}  // namespace barnabas::quorum
