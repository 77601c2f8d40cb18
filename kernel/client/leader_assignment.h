// What the leader of a classic group does between JoinGroup and SyncGroup: lets an assignor share the partitions. Pure. One thread.
#pragma once

#include <barnabas/sdk/assignor.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/client/consumer_protocol.h"

namespace barnabas::client {

struct GroupTopic {
  std::string name;
  sdk::Uuid id;
  std::vector<std::vector<std::string>> racks;  // of each partition's replicas; as many as there are partitions

  bool operator==(const GroupTopic&) const = default;
};

struct GroupReader {
  std::string member_id;
  std::optional<std::string> instance_id;
  Subscription subscription;
};

// By member id, every member. Topics that are not among `topics` are not there yet: nobody gets of them.
Result<std::map<std::string, TopicPartitions>> assign_as_leader(sdk::Assignor& assignor, std::string_view name,
                                                                std::vector<GroupTopic> topics, std::vector<GroupReader> readers);

}  // namespace barnabas::client
