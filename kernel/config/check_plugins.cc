// The plugins that a deployment or the file of a client names: whether each is there and takes the options that are written for it.
#include "kernel/config/client_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::config {

std::string describe_missing(const PluginCatalog& plugins, std::string_view kind, std::string_view id) {
  if (const auto refused = plugins.why_refused(kind, id)) return fmt::format("the {} plugin '{}' was refused: {}", kind, id, *refused);
  const std::vector<std::string> ids = plugins.ids(kind);
  if (ids.empty())
    return fmt::format("there is no {} plugin '{}': none of this kind is in this version's folders or in plugins.paths", kind, id);
  return fmt::format("there is no {} plugin '{}'; there is {}{}", kind, id, listed(ids, "and"), did_you_mean(id, ids));
}

namespace {

void check_choice(std::string_view kind, PluginChoice& choice, const PluginCatalog& plugins, Findings& findings) {
  if (choice.use.empty()) return;  // check_shape has said so
  const PluginSchema* schema = plugins.find_schema(kind, choice.use);
  if (schema == nullptr) {
    const std::string missing = describe_missing(plugins, kind, choice.use);
    if (choice.default_of.empty()) return findings.error(choice.at, missing);
    return findings.error(choice.at, fmt::format("'{}' is not said, and its default is '{}': {}", choice.default_of, choice.use, missing));
  }
  choice.settings = check_settings(*schema, choice.written, choice.at, findings);
}

bool is_same(const PluginChoice& a, const PluginChoice& b) {
  return a.use == b.use && std::ranges::equal(a.settings, b.settings, [](const Setting& x, const Setting& y) {
           return x.name == y.name && x.value == y.value && x.items == y.items;
         });
}

// A move names the store that a group is in, so a name means one store.
void check_store_names(const Deployment& deployment, Findings& findings) {
  std::vector<std::pair<std::string_view, const PluginChoice*>> stores{{deployment.offsets.use, &deployment.offsets}};
  for (const GroupOffsets& some : deployment.group_offsets) {
    for (const auto& [name, store] : stores) {
      if (name != some.name || is_same(*store, some.store)) continue;
      findings.error(some.store.at, fmt::format("another offset store is called '{}' too: say name: here, or there", some.name));
      break;
    }
    stores.emplace_back(some.name, &some.store);
  }
}

}  // namespace

void check_plugins(Deployment& deployment, const PluginCatalog& plugins, Findings& findings) {
  check_choice("storage", deployment.storage, plugins, findings);
  check_choice("metadata_store", deployment.metadata, plugins, findings);
  check_choice("placement", deployment.placement, plugins, findings);
  check_choice("retention", deployment.retention, plugins, findings);
  check_choice("offset_store", deployment.offsets, plugins, findings);
  for (GroupOffsets& some : deployment.group_offsets) check_choice("offset_store", some.store, plugins, findings);
  check_store_names(deployment, findings);
  for (PluginChoice& codec : deployment.codecs) check_choice("codec", codec, plugins, findings);
  for (PluginChoice& assignor : deployment.assignors) check_choice("assignor", assignor, plugins, findings);
  for (PluginChoice& interceptor : deployment.interceptors) check_choice("interceptor", interceptor, plugins, findings);
}

void check_plugins(ClientFile& client, const PluginCatalog& plugins, Findings& findings) {
  if (client.partitioner) check_choice("partitioner", *client.partitioner, plugins, findings);
  for (PluginChoice& interceptor : client.interceptors) check_choice("interceptor", interceptor, plugins, findings);
}

}  // namespace barnabas::config
