// The topics of a group as its members need them: ids, partitions, and the racks of those. [loop]
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/client/client.h"
#include "kernel/client/leader_assignment.h"

namespace barnabas::client {

// By name, ascending; a topic that is not there is left out.
void read_topics(Client& client, std::vector<std::string> names, std::function<void(Result<std::vector<GroupTopic>>)> then);

}  // namespace barnabas::client
