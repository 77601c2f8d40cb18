// A file that a command looks into, as a whole.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/base/result.h"

namespace barnabas::tools {

// Its first `max_bytes`. A folder is refused; what is wrong is said without the path.
Result<std::string> read_whole(const std::string& path, std::uint64_t max_bytes = UINT64_MAX);

}  // namespace barnabas::tools
