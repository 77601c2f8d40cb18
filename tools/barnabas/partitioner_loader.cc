#include "tools/barnabas/partitioner_loader.h"

#include <fmt/format.h>

#include "tools/barnabas/plugin_settings.h"

namespace barnabas::tools {

PartitionerLoader::PartitionerLoader(base::Env& env) : host_(env, env.loop(0), "partitioner") { registry_.scan(host::installed_plugins()); }

Result<PartitionerLoader::Made> PartitionerLoader::make(const std::string& name, const std::vector<std::string>& properties) {
  const bool is_file = names_a_file(name);
  host::Registry of_file;
  const host::Plugin* plugin = is_file ? nullptr : registry_.find("partitioner", name);
  if (is_file) {
    auto added = add_file(of_file, name);
    if (!added) return std::move(added).status();
    plugin = *added;
    const std::string& kind = plugin->manifest.kind;
    if (kind != "partitioner") return Status::invalid(fmt::format("{} is a plugin of kind {}, not a partitioner", name, kind));
  }
  if (plugin == nullptr) return Status::not_found(fmt::format("there is no partitioner '{}'{}", name, config::did_you_mean(name, ids())));
  const auto settings = settings_from(plugin->manifest.schema, properties);
  if (!settings) return settings.status().copy();
  const std::string id = plugin->manifest.id;
  auto handle = (is_file ? of_file : registry_).create<sdk::Partitioner>(id, host_, *settings);
  if (!handle) return std::move(handle).status();
  return Made{id, *std::move(handle)};
}

sdk::TopicView view_of(const TopicFacts& topic) {
  sdk::TopicView view;
  view.name = topic.name;
  view.id = topic.id;
  view.partition_count = static_cast<std::int32_t>(topic.partitions.size());
  return view;
}

Result<std::int32_t> ask_partitioner(sdk::Partitioner& partitioner, const TopicFacts& topic, const LineRecord& record,
                                     std::int64_t now_ms) {
  std::vector<std::int32_t> available;
  for (const PartitionFacts& facts : topic.partitions)
    if (facts.leader >= 0) available.push_back(facts.index);
  std::vector<sdk::HeaderView> headers;
  const sdk::RecordView view = view_of(record, now_ms, headers);
  const sdk::TopicView where = view_of(topic);
  std::int32_t partition = -1;
  if (Status status = partitioner.choose(where, {available.data(), available.size()}, view, partition); !status.ok()) return status;
  if (partition < 0 || partition >= where.partition_count)
    return Status::invalid(
        fmt::format("the partitioner chose partition {}, and '{}' has {}", partition, topic.name, where.partition_count));
  return partition;
}

}  // namespace barnabas::tools
