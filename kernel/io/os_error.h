// What the operating system refused, as a Status: the sentence says what was tried and the system's own words.
#pragma once

#include "kernel/base/result.h"

#include <string>
#include <string_view>

namespace barnabas::io {

// The system's words for an errno, for example "No such file or directory".
std::string os_words(int error);

// A failed call on a file. `attempt` reads like "cannot open /data/x". Only failures of the device itself become kIo, which fences a
// directory.
Status file_error(int error, std::string_view attempt);

// A failed call on a connection or an address: kUnavailable, or kExhausted where a limit of the system was reached.
Status network_error(int error, std::string_view attempt);

}  // namespace barnabas::io
