// The keys of a deployment file, described once: the check of a file, `config explain`, `config schema` and the suggestions all read this
// table. A second, small one has the keys of a client's file.
//
// Constant; any thread.
#pragma once

#include "kernel/config/findings.h"
#include "kernel/config/plugin_schema.h"
#include "kernel/config/tree.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::config {

enum class FileKind { kDeployment, kClient };

enum class Shape {
  kMap,           // a map with the fields below it
  kList,          // a list whose items are `path` + "/*"
  kNamed,         // a map of names that the operator chooses; each value is `path` + "/*"
  kValue,         // one value, as `option` says
  kPluginConfig,  // the options of the plugin beside it
  kBrokerKeys,    // Kafka's broker keys
  kTopicKeys,     // Kafka's topic keys
};

struct Field {
  std::string path;  // "/node/id", "/listeners/*/name"; "" is the whole file
  Shape shape = Shape::kValue;
  OptionSchema option;      // name, help, required; of a kValue also type, default and rule
  std::string plugin_kind;  // of a "use": which kind of plugin
};

std::span<const Field> fields(FileKind file = FileKind::kDeployment);
const Field* find_field(std::string_view path, FileKind file = FileKind::kDeployment);                 // with "*" for items and names
std::vector<const Field*> fields_below(std::string_view path, FileKind file = FileKind::kDeployment);  // one level

// Whether the tree has the shape of the table: unknown keys, wrong types, values out of range, missing keys.
void check_shape(const Node& root, Findings& findings, FileKind file = FileKind::kDeployment);

}  // namespace barnabas::config
