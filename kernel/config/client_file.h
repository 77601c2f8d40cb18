// What one client is made of, as a YAML file says it: the partitioner of a producer, and the interceptors of either side.
//
//   interceptors:
//     - {use: timestamp_prefix, config: {separator: "_"}}
//     - use: counter
//   partitioner: {use: round_robin}
//   plugins: {paths: [./build]}
//
// Plain values; one thread.
#pragma once

#include "kernel/config/deployment.h"
#include "kernel/config/surroundings.h"

#include <optional>
#include <string>
#include <vector>

namespace barnabas::config {

struct ClientFile {
  std::optional<PluginChoice> partitioner;
  std::vector<PluginChoice> interceptors;
  std::vector<std::string> plugin_paths;
};

// To be used only when `findings` has no errors, after check_plugins().
ClientFile load_client(const std::string& path, Surroundings& surroundings, Findings& findings);

// Checks every plugin and its `config:` block, and fills PluginChoice::settings.
void check_plugins(ClientFile& client, const PluginCatalog& plugins, Findings& findings);

}  // namespace barnabas::config
