// A plugin's file as octets: how this floor looks at it before it is loaded.
//
// Any thread.
#pragma once

#include "kernel/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::host {

// A refusal is the end of a sentence that begins with the path.
Result<std::vector<std::uint8_t>> read_file(const std::string& path);

}  // namespace barnabas::host
