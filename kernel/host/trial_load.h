// Loads a plugin's file in a process of its own first: what a static object of it does at once - crash, end the process, never return -
// becomes a refusal instead of the end of the program.
//
// For the thread that starts the program, before there are others.
#pragma once

#include <string>

#include "kernel/base/result.h"

namespace barnabas::host {

// Ok when loading comes back, whatever it says: the real one says why it failed.
Status try_to_load(const std::string& path);

}  // namespace barnabas::host
