// What a request may be taken apart into. [any thread]
#pragma once

#include <cstddef>

namespace barnabas::wire {

// A name of three octets is forty in memory, so the size of a frame alone is no bound. No client asks for a tenth of this. Responses, which
// come from whom one has chosen to ask, are not limited.
inline constexpr std::size_t kMostDecodedBytes = 64 << 20;

}  // namespace barnabas::wire
