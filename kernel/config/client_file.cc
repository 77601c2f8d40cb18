#include "kernel/config/client_file.h"

#include "kernel/config/fields.h"
#include "kernel/config/sections.h"

namespace barnabas::config {

ClientFile load_client(const std::string& path, Surroundings& surroundings, Findings& findings) {
  ClientFile client;
  auto text = surroundings.read_file(path);
  if (!text) {
    findings.error({path, 0, 0}, std::string(message_of(text.status())));
    return client;
  }
  auto tree = parse_yaml(*text, path, findings);
  if (!tree) return client;
  if (tree->at.file.empty()) tree->at = {path, 1, 1};  // an empty file
  substitute(*tree, surroundings, findings);
  check_shape(*tree, findings, FileKind::kClient);
  if (!tree->is_map()) return client;
  if (const Node* slot = tree->value("partitioner"); slot != nullptr && slot->is_map()) client.partitioner = read_choice(*slot, "");
  client.interceptors = read_choices(*tree, "interceptors");
  client.plugin_paths = read_plugin_paths(*tree);
  return client;
}

}  // namespace barnabas::config
