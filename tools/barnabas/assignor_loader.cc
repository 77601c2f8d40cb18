#include "tools/barnabas/assignor_loader.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/barnabas/plugin_settings.h"

namespace barnabas::tools {
namespace {

constexpr std::string_view kJavaPackage = "org.apache.kafka.clients.consumer.";

// By the name that Kafka's class gives the strategy.
std::string without_class(const std::string& name) {
  if (!name.starts_with(kJavaPackage)) return name;
  const std::string_view rest = std::string_view(name).substr(kJavaPackage.size());
  if (rest == "RangeAssignor") return "range";
  if (rest == "RoundRobinAssignor") return "roundrobin";
  if (rest == "StickyAssignor") return "sticky";
  if (rest == "CooperativeStickyAssignor") return "cooperative-sticky";
  return name;
}

}  // namespace

Status AssignorLoader::add(const std::string& name) {
  auto registry = std::make_unique<host::Registry>();
  std::string id = without_class(name);
  if (names_a_file(id)) {
    auto plugin = add_file(*registry, id);
    if (!plugin) return std::move(plugin).status();
    if ((*plugin)->manifest.kind != std::string_view(sdk::Assignor::kName))
      return Status::invalid(fmt::format("{} is a plugin of kind {}, not an assignor", name, (*plugin)->manifest.kind));
    id = (*plugin)->manifest.id;
  } else {
    registry->scan(host::installed_plugins());
  }
  const std::string kind{std::string_view(sdk::Assignor::kName)};
  const config::PluginSchema* schema = registry->find_schema(kind, id);
  if (schema == nullptr)
    return Status::not_found(fmt::format("partition.assignment.strategy: there is no assignor '{}'{}; there is {}", name,
                                         config::did_you_mean(id, registry->ids(kind)), fmt::join(registry->ids(kind), ", ")));
  if (std::any_of(assignors_.begin(), assignors_.end(), [&](const auto& one) { return one.first == id; }))
    return Status::invalid(fmt::format("partition.assignment.strategy names '{}' twice", id));
  auto settings = settings_from(*schema, {});
  if (!settings) return std::move(settings).status();
  auto made = registry->create<sdk::Assignor>(id, host_, *settings);
  if (!made) return std::move(made).status();
  assignors_.emplace_back(std::move(id), *std::move(made));
  registries_.push_back(std::move(registry));
  return {};
}

std::vector<client::NamedAssignor> AssignorLoader::all() const {
  std::vector<client::NamedAssignor> named;
  for (const auto& [name, assignor] : assignors_) named.push_back({name, assignor.get()});
  return named;
}

}  // namespace barnabas::tools
