#include "tools/barnabas/plugin_settings.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::tools {

Result<std::vector<config::Setting>> settings_from(const config::PluginSchema& schema, const std::vector<std::string>& properties) {
  std::vector<config::RawSetting> raw;
  for (const std::string& text : properties) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return Status::invalid(fmt::format("'{}' is not a property: name=value is", text));
    const std::string name = text.substr(0, equals);
    const config::OptionSchema* option = schema.find(name);
    const bool is_list = option != nullptr && option->type == config::OptionType::kTextList;
    const auto same = std::find_if(raw.begin(), raw.end(), [&](const config::RawSetting& setting) { return setting.name == name; });
    if (same != raw.end()) {
      if (!is_list) return Status::invalid(fmt::format("the {}'s property '{}' is said twice", schema.kind, name));
      same->values.push_back(text.substr(equals + 1));
      continue;
    }
    config::RawSetting& setting = raw.emplace_back();
    setting.name = name;
    setting.values = {text.substr(equals + 1)};
    setting.is_list = is_list;
  }
  config::Findings findings;
  std::vector<config::Setting> settings = config::check_settings(schema, raw, {}, findings);
  if (findings.has_errors()) return Status::invalid(fmt::format("{} '{}': {}", schema.kind, schema.id, findings.all().front().message));
  return settings;
}

bool names_a_file(const std::string& plugin) { return plugin.find('/') != std::string::npos || plugin.ends_with(".so"); }

Result<const host::Plugin*> add_file(host::Registry& registry, const std::string& file) {
  const std::size_t before = registry.refusals().size();
  const std::size_t plugins_before = registry.plugins().size();
  registry.add(file);
  if (registry.refusals().size() != before)
    return Status::invalid(fmt::format("{} {}", registry.refusals().back().path, registry.refusals().back().reason));
  if (registry.plugins().size() == plugins_before) return Status::invalid(fmt::format("{} was named already", file));
  return &registry.plugins().back();
}

}  // namespace barnabas::tools
