// What each of the group commands works with, and how it says what went wrong: as Kafka's tool does, on standard output.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tools/barnabas/groups/reader.h"
#include "tools/barnabas/options.h"

namespace barnabas::tools {

struct GroupSession {
  const Options& options;
  BlockingClient& client;
  GroupReader reader;
  bool failed = false;

  // Kafka's scripts print an error in between and go on.
  void error(std::string_view message) {
    std::printf("\nError: %.*s\n", static_cast<int>(message.size()), message.data());
    failed = true;
  }
  // The groups that the flags name, each once, by id.
  Result<std::vector<std::string>> groups();
};

// What cannot be done at all; kInvalid: the command line is at fault.
Status list_groups(GroupSession& session);
Status describe_groups(GroupSession& session);
Status delete_groups(GroupSession& session);
Status delete_group_offsets(GroupSession& session);
Status reset_group_offsets(GroupSession& session);

}  // namespace barnabas::tools
