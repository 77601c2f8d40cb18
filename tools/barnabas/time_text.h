// Times and durations as Kafka's tools take them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/base/result.h"

namespace barnabas::tools {

// "2024-05-01T12:00:00.000", with Z, +hh, +hhmm or +hh:mm behind it; UTC without. Milliseconds since 1970.
Result<std::int64_t> parse_time_ms(std::string_view text);

// ISO 8601, days to seconds: "P1DT2H30M", "PT0.5S", "-P1D".
Result<std::int64_t> parse_duration_ms(std::string_view text);

// "2024-05-01T12:00:00.000Z"
std::string time_text(std::int64_t ms);

}  // namespace barnabas::tools
