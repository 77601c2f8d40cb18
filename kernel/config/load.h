// From a file and a command line to a checked deployment.
//
// One thread; the result is plain values.
#pragma once

#include "kernel/config/deployment.h"
#include "kernel/config/surroundings.h"
#include "kernel/config/tree.h"

#include <optional>
#include <string>
#include <vector>

namespace barnabas::config {

struct LoadRequest {
  std::optional<std::string> path;     // YAML, or Java properties when the name ends in .properties; nothing: the built-in deployment
  std::vector<std::string> overrides;  // KEY=VALUE, the later one counts
};

struct Loaded {
  Deployment deployment;  // to be used only when findings.has_errors() is false, after check_plugins()
  Node tree;              // what was read, for those who show it
  Findings findings;
};

Loaded load(const LoadRequest& request, Surroundings& surroundings);

// The same for a text that is already at hand.
Loaded load_text(std::string_view text, const std::string& name, const std::vector<std::string>& overrides, Surroundings& surroundings);

// What runs without a file: the text of conf/single.yaml.
std::string_view builtin_text();

}  // namespace barnabas::config
