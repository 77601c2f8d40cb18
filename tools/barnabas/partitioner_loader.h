// The partitioner plugins of the installation, for the commands that place records. One thread.
#pragma once

#include <barnabas/sdk/partitioner.h>

#include <string>
#include <vector>

#include "kernel/base/plugin_host.h"
#include "kernel/host/registry.h"
#include "tools/barnabas/cluster.h"
#include "tools/barnabas/line_reader.h"

namespace barnabas::tools {

class PartitionerLoader {
 public:
  explicit PartitionerLoader(base::Env& env);

  std::vector<std::string> ids() const { return registry_.ids("partitioner"); }
  struct Made {
    std::string id;
    host::Handle<sdk::Partitioner> partitioner;
  };
  // `name`: the id of an installed one, or the file of any. `properties`: the plugin's options as "name=value"; an item of a list each.
  Result<Made> make(const std::string& name, const std::vector<std::string>& properties);

 private:
  base::PluginHost host_;
  host::Registry registry_;
};

// What the partitioner chooses for the record; what is outside the topic is refused. `topic.partitions` is not empty.
Result<std::int32_t> ask_partitioner(sdk::Partitioner& partitioner, const TopicFacts& topic, const LineRecord& record, std::int64_t now_ms);
sdk::TopicView view_of(const TopicFacts& topic);

}  // namespace barnabas::tools
