// Consumer properties of a group member by Kafka's names: group.id, enable.auto.commit and their neighbours. [any thread]
#pragma once

#include <string>
#include <vector>

#include "kernel/client/group_session.h"
#include "tools/barnabas/client_properties.h"

namespace barnabas::tools {

struct GroupSettings {
  client::SessionSettings session;     // without assignors
  std::vector<std::string> assignors;  // as partition.assignment.strategy names them
  bool auto_commit = true;
  std::int64_t auto_commit_interval_ms = 5'000;
};

// `group`: of --group, or empty. kInvalid: a value is none, or two places name two groups.
Result<GroupSettings> group_settings(const std::string& group, const Properties& properties);

}  // namespace barnabas::tools
