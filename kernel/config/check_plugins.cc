#include "kernel/config/client_file.h"

#include <fmt/format.h>

namespace barnabas::config {

namespace {

void check_choice(std::string_view kind, PluginChoice& choice, const PluginCatalog& plugins, Findings& findings) {
  if (choice.use.empty()) return;  // check_shape has said so
  const PluginSchema* schema = plugins.find_schema(kind, choice.use);
  if (schema == nullptr) {
    const std::vector<std::string> ids = plugins.ids(kind);
    findings.error(choice.at,
                   ids.empty()
                       ? fmt::format("there is no {} plugin '{}': none of this kind is in this version's folders or in plugins.paths", kind,
                                     choice.use)
                       : fmt::format("there is no {} plugin '{}'; there is {}{}", kind, choice.use, listed(ids, "and"),
                                     did_you_mean(choice.use, ids)));
    return;
  }
  choice.settings = check_settings(*schema, choice.written, choice.at, findings);
}

}  // namespace

void check_plugins(Deployment& deployment, const PluginCatalog& plugins, Findings& findings) {
  check_choice("storage", deployment.storage, plugins, findings);
  check_choice("metadata_store", deployment.metadata, plugins, findings);
  check_choice("offset_store", deployment.offsets, plugins, findings);
  for (GroupOffsets& some : deployment.group_offsets) check_choice("offset_store", some.store, plugins, findings);
  for (PluginChoice& codec : deployment.codecs) check_choice("codec", codec, plugins, findings);
  for (PluginChoice& assignor : deployment.assignors) check_choice("assignor", assignor, plugins, findings);
  for (PluginChoice& interceptor : deployment.interceptors) check_choice("interceptor", interceptor, plugins, findings);
}

void check_plugins(ClientFile& client, const PluginCatalog& plugins, Findings& findings) {
  if (client.partitioner) check_choice("partitioner", *client.partitioner, plugins, findings);
  for (PluginChoice& interceptor : client.interceptors) check_choice("interceptor", interceptor, plugins, findings);
}

}  // namespace barnabas::config
