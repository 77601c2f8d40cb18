// What `topics --describe` prints, in Kafka's columns.
#pragma once

#include <string>
#include <vector>

#include "tools/barnabas/cluster.h"

namespace barnabas::tools {

// Any of the first four: only the lines of partitions that are so. The last: only topics with settings of their own.
struct DescribeFilter {
  bool under_replicated = false;
  bool unavailable = false;
  bool under_min_isr = false;
  bool at_min_isr = false;
  bool with_overrides = false;

  bool of_partitions() const { return under_replicated || unavailable || under_min_isr || at_min_isr; }
};

Result<std::string> describe_topics(BlockingClient& client, const std::vector<std::string>& names, const DescribeFilter& filter);

}  // namespace barnabas::tools
