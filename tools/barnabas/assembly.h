// A deployment together with the plugins that it may use: what the commands that look at deployments begin with.
//
// One thread.
#pragma once

#include <string>

#include "kernel/config/client_file.h"
#include "kernel/config/load.h"
#include "kernel/host/registry.h"

namespace barnabas::tools {

// Usable when loaded.findings has no errors.
struct Assembly {
  config::Loaded loaded;
  host::Registry plugins;
};

// Reads the file, finds the plugins of the installation and of plugins.paths, and checks one against the other. A plugin that is refused is
// a warning.
void assemble(const config::LoadRequest& request, Assembly& assembly);

// The same for the file of a client; `plugins` has those of the installation already.
config::ClientFile assemble_client(const std::string& path, host::Registry& plugins, config::Findings& findings);

}  // namespace barnabas::tools
