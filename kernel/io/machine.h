// Measures the machine that the process runs on. [any thread]
#pragma once

#include "kernel/base/machine.h"

#include <cstdint>
#include <optional>
#include <string>

namespace barnabas::io {

base::Machine measure_machine();

// The least limit of memory on the way from the process's control group up to the root, of cgroup v2 or v1; nothing where none is set.
// `root` stands before "/proc" and "/sys": "" but for tests.
std::optional<std::uint64_t> control_group_memory(const std::string& root = "");

}  // namespace barnabas::io
