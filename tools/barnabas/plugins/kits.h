// The conformance kit of each kind of plugin: what `barnabas plugins test` runs. A new kind of the SDK gets a line in the table.
#pragma once

#include <barnabas/testing/rule_sink.h>

#include <span>
#include <string_view>
#include <vector>

#include "kernel/host/registry.h"

namespace barnabas::tools {

struct PluginKit {
  std::string_view kind;
  // Makes an object of the plugin, which is the first rule, tries the others on it, and destroys it. Null: `suite` goes on
  // after "has no rules for that kind".
  void (*run)(host::Registry& registry, const host::Plugin& plugin, const std::vector<config::Setting>& settings, testing::RuleSink& sink);
  std::string_view suite;
  // Rules that are promises: they hold for a plugin whose author says so.
  std::span<const std::string_view> promises;
};

const PluginKit* find_kit(std::string_view kind);

}  // namespace barnabas::tools
