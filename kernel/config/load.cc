#include "kernel/config/load.h"

#include "kernel/config/fields.h"
#include "kernel/config/sections.h"

namespace barnabas::config {
namespace {

// `topics:` with nothing behind it says what an absent key says.
void drop_empty_sections(Node& root) {
  std::erase_if(root.members, [](const Member& section) { return section.value.kind == Node::Kind::kNull; });
}

}  // namespace

Loaded load_text(std::string_view text, const std::string& name, const std::vector<std::string>& overrides, Surroundings& surroundings) {
  Loaded loaded;
  if (name.ends_with(".properties")) {
    loaded.tree = parse_properties(text, name, loaded.findings);
  } else if (auto tree = parse_yaml(text, name, loaded.findings)) {
    loaded.tree = *std::move(tree);
  } else {
    return loaded;  // not YAML at all: there is nothing to say about the rest
  }
  if (loaded.tree.at.file.empty()) loaded.tree.at = {name, 1, 1};  // an empty file
  for (const std::string& argument : overrides) apply_override(loaded.tree, argument, loaded.findings);
  substitute(loaded.tree, surroundings, loaded.findings);
  check_shape(loaded.tree, loaded.findings);
  drop_empty_sections(loaded.tree);
  if (!loaded.tree.is_map() && loaded.tree.kind != Node::Kind::kNull) return loaded;

  Deployment& deployment = loaded.deployment;
  deployment.kafka = read_kafka(loaded.tree, loaded.findings);
  read_node(loaded.tree, deployment.kafka, deployment, loaded.findings);
  read_listeners(loaded.tree, deployment.kafka, surroundings, deployment, loaded.findings);
  read_slots(loaded.tree, deployment.kafka, deployment, loaded.findings);
  read_controllers(deployment.kafka, deployment, loaded.findings);
  deployment.topics = read_topics(loaded.tree, loaded.findings);
  return loaded;
}

Loaded load(const LoadRequest& request, Surroundings& surroundings) {
  if (!request.path) return load_text(builtin_text(), "(built in)", request.overrides, surroundings);
  auto text = surroundings.read_file(*request.path);
  if (text) return load_text(*text, *request.path, request.overrides, surroundings);
  Loaded loaded;
  loaded.findings.error({*request.path, 0, 0}, std::string(message_of(text.status())));
  return loaded;
}

}  // namespace barnabas::config
