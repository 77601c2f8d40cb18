// What members of the classic protocol say inside JoinGroup and are told inside SyncGroup, taken out and put in by the coordinator, which
// elsewhere is the work of their leader. [any thread]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/catalog/image.h"
#include "kernel/group/consumer/partitions.h"
#include "kernel/group/types.h"

namespace barnabas::group {

struct EmbeddedSubscription {
  std::vector<std::string> topics;  // in order, each once
  std::vector<TopicPartitions> owned;
  std::optional<std::string> rack_id;
};

// Topics are named there: those that the image does not know are left out. Nothing: the octets are no such thing.
std::optional<EmbeddedSubscription> read_subscription(std::string_view metadata, const catalog::Image* image);
std::optional<Partitions> read_assignment(std::string_view assignment, const catalog::Image* image);
// In the version of the subscription `metadata`.
Octets write_assignment(const Partitions& partitions, std::string_view metadata, const catalog::Image* image);

}  // namespace barnabas::group
