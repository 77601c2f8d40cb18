#include "tools/barnabas/partitioner_loader.h"

#include <fmt/format.h>

#include <algorithm>

namespace barnabas::tools {

PartitionerLoader::PartitionerLoader(base::Env& env) : host_(env, env.loop(0), "partitioner") { registry_.scan(host::installed_plugins()); }

Result<host::Handle<sdk::Partitioner>> PartitionerLoader::make(const std::string& id, const std::vector<std::string>& properties) {
  const config::PluginSchema* schema = registry_.find_schema("partitioner", id);
  if (schema == nullptr) return Status::not_found(fmt::format("there is no partitioner '{}'{}", id, config::did_you_mean(id, ids())));
  std::vector<config::RawSetting> raw;
  for (const std::string& text : properties) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return Status::invalid(fmt::format("'{}' is not a property: name=value is", text));
    const std::string name = text.substr(0, equals);
    const config::OptionSchema* option = schema->find(name);
    const bool is_list = option != nullptr && option->type == config::OptionType::kTextList;
    const auto same = std::find_if(raw.begin(), raw.end(), [&](const config::RawSetting& setting) { return setting.name == name; });
    if (same != raw.end()) {
      if (!is_list) return Status::invalid(fmt::format("the partitioner's property '{}' is said twice", name));
      same->values.push_back(text.substr(equals + 1));
      continue;
    }
    config::RawSetting& setting = raw.emplace_back();
    setting.name = name;
    setting.values = {text.substr(equals + 1)};
    setting.is_list = is_list;
  }
  config::Findings findings;
  const std::vector<config::Setting> settings = config::check_settings(*schema, raw, {}, findings);
  if (findings.has_errors()) return Status::invalid(fmt::format("partitioner '{}': {}", id, findings.all().front().message));
  return registry_.create<sdk::Partitioner>(id, host_, settings);
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
  for (const auto& [name, value] : record.headers) headers.push_back({name, value ? sdk::Bytes(*value) : sdk::Bytes(), value.has_value()});
  sdk::RecordView view;
  view.timestamp_ms = now_ms;
  if (record.key) view.key = *record.key;
  if (record.value) view.value = *record.value;
  view.has_key = record.key.has_value();
  view.has_value = record.value.has_value();
  view.headers = headers.data();
  view.header_count = headers.size();
  const sdk::TopicView where = view_of(topic);
  std::int32_t partition = -1;
  if (Status status = partitioner.choose(where, {available.data(), available.size()}, view, partition); !status.ok()) return status;
  if (partition < 0 || partition >= where.partition_count)
    return Status::invalid(
        fmt::format("the partitioner chose partition {}, and '{}' has {}", partition, topic.name, where.partition_count));
  return partition;
}

}  // namespace barnabas::tools
