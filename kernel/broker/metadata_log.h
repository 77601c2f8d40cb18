// The partition __cluster_metadata-0, which is no log of this broker: what the controller tells brokers of other processes, read by Fetch
// and FetchSnapshot as from a quorum's leader (KIP-595, KIP-630).
#pragma once

#include <string_view>

#include "kernel/base/uuid.h"
#include "kernel/broker/call.h"
#include "kernel/wire/messages/01_fetch.h"

namespace barnabas::broker {

inline constexpr std::string_view kMetadataTopic = "__cluster_metadata";
inline constexpr Uuid kMetadataTopicId = base::make_uuid(0, 1);

// Whether the request is for that partition, and no other.
bool fetches_metadata(const wire::FetchRequest& request, std::int16_t version);
void fetch_metadata(Call& call, const wire::FetchRequest& request);

}  // namespace barnabas::broker
