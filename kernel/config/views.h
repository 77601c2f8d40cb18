// A deployment and its vocabulary, for people: what is in effect, what a key means, and the JSON schema that editors complete from.
//
// Pure functions; any thread. No view shows a secret.
#pragma once

#include "kernel/config/load.h"

#include <optional>
#include <string>
#include <string_view>

namespace barnabas::config {

// The effective deployment as YAML, defaults included, each line with the place that said it. What it prints can be loaded again, except
// for secrets.
std::string render(const Deployment& deployment, const PluginCatalog& plugins);

// What `key` means: a path (/storage/use or storage.use), a plugin's option (/storage/config/dirs), or a broker or topic key of Kafka's;
// with its value in `loaded`. Nothing when there is no such key.
std::optional<std::string> explain(std::string_view key, const Loaded& loaded, const PluginCatalog& plugins);
// Every key that explain() knows, for suggestions.
std::vector<std::string> explainable();

// JSON Schema (draft 2020-12) of a deployment file.
std::string json_schema(const PluginCatalog& plugins);

}  // namespace barnabas::config
