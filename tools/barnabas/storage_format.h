// Formatting the directories of a deployment for a new cluster, and looking at what is there, in the words of Kafka's kafka-storage.sh.
//
// The kraft plugin does the writing, with this machine's own disk. One thread; blocks.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "tools/barnabas/assembly.h"

namespace barnabas::tools {

struct FormatPlan {
  std::string cluster_id;                                      // empty: that of what is formatted already, or a new one
  std::string release;                                         // empty: the latest
  std::vector<std::pair<std::string, std::int16_t>> features;  // on top of what the release gives
  bool ignore_formatted = false;
  bool standalone = false;  // this node as the one dynamic voter
};

// Each prints what it did. On failure the sentence is for standard error.
Status format_directories(Assembly& assembly, const FormatPlan& plan);
// False: there are problems, which were printed.
Result<bool> show_directories(Assembly& assembly);

}  // namespace barnabas::tools
