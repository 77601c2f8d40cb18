#include "tools/barnabas/assembly.h"

#include "tools/barnabas/surroundings.h"

namespace barnabas::tools {

void assemble(const config::LoadRequest& request, Assembly& assembly) {
  RealSurroundings surroundings;
  assembly.loaded = config::load(request, surroundings);
  assembly.plugins.scan(host::installed_plugins());
  for (const std::string& path : assembly.loaded.deployment.plugin_paths) assembly.plugins.scan(path, true);
  for (const host::Refusal& refusal : assembly.plugins.refusals()) assembly.loaded.findings.warn({refusal.path, 0, 0}, refusal.reason);
  // A file that could not be parsed has no slots whose plugins could be looked for.
  if (assembly.loaded.tree.is_map()) config::check_plugins(assembly.loaded.deployment, assembly.plugins, assembly.loaded.findings);
}

config::ClientFile assemble_client(const std::string& path, host::Registry& plugins, config::Findings& findings) {
  RealSurroundings surroundings;
  config::ClientFile file = config::load_client(path, surroundings, findings);
  for (const std::string& folder : file.plugin_paths) plugins.scan(folder, true);
  for (const host::Refusal& refusal : plugins.refusals()) findings.warn({refusal.path, 0, 0}, refusal.reason);
  config::check_plugins(file, plugins, findings);
  return file;
}

}  // namespace barnabas::tools
