// The metadata log by the names that Fetch calls it. [any thread]
#pragma once

#include <string_view>

#include "kernel/base/uuid.h"

namespace barnabas::catalog {

inline constexpr std::string_view kMetadataTopic = "__cluster_metadata";
inline constexpr Uuid kMetadataTopicId = base::make_uuid(0, 1);

}  // namespace barnabas::catalog
