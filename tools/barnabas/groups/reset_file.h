// The CSV files of --reset-offsets: TOPIC,PARTITION,OFFSET for one group, GROUP,TOPIC,PARTITION,OFFSET for any. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "tools/barnabas/groups/facts.h"

namespace barnabas::tools {

using ResetPlan = std::map<std::string, Offsets>;  // by group

// With one group, a file whose first line has three fields is that group's; every other file names the groups itself. A failure says the
// file, the line and what would be right.
Result<ResetPlan> parse_reset_file(const std::string& name, std::string_view content, const std::vector<std::string>& groups);

// As Kafka's tool writes it, and reads it back: text is quoted where it has a character before '-', or more than 24 of them.
std::string reset_csv(const ResetPlan& plan, bool with_groups);

}  // namespace barnabas::tools
