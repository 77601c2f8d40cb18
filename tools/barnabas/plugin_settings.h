// A plugin's options as flags of a command give them, and plugins that are named by their file. One thread.
#pragma once

#include <string>
#include <vector>

#include "kernel/config/plugin_schema.h"
#include "kernel/host/registry.h"

namespace barnabas::tools {

// Each of `properties` is "name=value"; an item of a list each.
Result<std::vector<config::Setting>> settings_from(const config::PluginSchema& schema, const std::vector<std::string>& properties);

// Whether a plugin is named by its file, `./mine.so`, and not by its id.
bool names_a_file(const std::string& plugin);
// The plugin of the file alone, judged as the kernel judges it; why it is refused.
Result<const host::Plugin*> add_file(host::Registry& registry, const std::string& file);

}  // namespace barnabas::tools
