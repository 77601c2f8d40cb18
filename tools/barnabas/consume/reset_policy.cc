#include "tools/barnabas/consume/reset_policy.h"

#include <fmt/format.h>

#include <string_view>

#include "tools/barnabas/time_text.h"

namespace barnabas::tools {

Result<ResetPolicy> parse_reset_policy(const std::string& text) {
  constexpr std::string_view kByDuration = "by_duration:";
  if (text == "latest") return ResetPolicy();
  if (text == "earliest") return ResetPolicy{.to = kEarliest};
  if (text == "none") return ResetPolicy{.may_reset = false};
  if (text.starts_with(kByDuration))
    if (const auto back_ms = parse_duration_ms(std::string_view(text).substr(kByDuration.size())); back_ms && *back_ms >= 0)
      return ResetPolicy{.to = kSince, .back_ms = *back_ms};
  return Status::invalid(fmt::format(
      "Invalid value {0} for configuration auto.offset.reset: Invalid value `{0}` for configuration auto.offset.reset. The value "
      "must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.",
      text));
}

}  // namespace barnabas::tools
