// The assignors that a consumer offers its group, by the names of partition.assignment.strategy. One thread.
#pragma once

#include <barnabas/sdk/assignor.h>

#include <memory>
#include <string>
#include <vector>

#include "kernel/base/plugin_host.h"
#include "kernel/client/group_session.h"
#include "kernel/host/registry.h"

namespace barnabas::tools {

class AssignorLoader {
 public:
  explicit AssignorLoader(base::Env& env) : host_(env, env.loop(0), "assignor") {}

  // `name`: a plugin's id or file, or one of the Java classes of the same strategy. A plugin's id is what the group's members call it.
  Status add(const std::string& name);
  // In the order in which they were added; valid as long as this.
  std::vector<client::NamedAssignor> all() const;

 private:
  base::PluginHost host_;
  std::vector<std::unique_ptr<host::Registry>> registries_;
  std::vector<std::pair<std::string, host::Handle<sdk::Assignor>>> assignors_;
};

}  // namespace barnabas::tools
