// The partition __cluster_metadata-0, which is no log of this broker: what the controller tells brokers of other processes, read by Fetch
// and FetchSnapshot as from a quorum's leader (KIP-595, KIP-630).
#pragma once

#include <cstdint>

#include "kernel/broker/call.h"
#include "kernel/wire/messages/01_fetch.h"

namespace barnabas::broker {

// Whether the request is for that partition, and no other.
bool fetches_metadata(const wire::FetchRequest& request, std::int16_t version);
void fetch_metadata(Call& call, const wire::FetchRequest& request);

}  // namespace barnabas::broker
