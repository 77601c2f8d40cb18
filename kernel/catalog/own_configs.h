// Settings of resources that Kafka does not know. [any thread]
#pragma once

#include <string_view>

namespace barnabas::catalog {

// Of a group: the offset store that a move has put it into. Whoever alters configs cannot set it.
inline constexpr std::string_view kOffsetStoreConfig = "offset.store";

}  // namespace barnabas::catalog
