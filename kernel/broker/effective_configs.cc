#include "kernel/broker/effective_configs.h"

#include <algorithm>

namespace barnabas::broker {
namespace {

using catalog::ResourceType;

void add_file_layers(std::vector<config::KafkaValue> values, std::string_view own_key, std::vector<ConfigLayer>& layers) {
  for (config::KafkaValue& value : values)
    layers.push_back({value.source_key.empty() ? std::string(own_key) : std::move(value.source_key), std::move(value.value),
                      value.is_default ? ConfigSource::kDefault : ConfigSource::kStaticBroker});
}

}  // namespace

config::KafkaConfigs in_force(const catalog::Image& image, const config::KafkaConfigs& file, std::int32_t node_id) {
  config::KafkaConfigs all = file;
  for (const std::string& name : {std::string(), std::to_string(node_id)})
    for (const auto& [key, value] : image.configs(ResourceType::kBroker, name)) {
      const config::KafkaKey* known = config::find_broker_key(key);
      if (known == nullptr || known->name != key || known->mode == config::UpdateMode::kReadOnly) continue;
      // Who else writes to the metadata may know other rules.
      if (config::check_value(*known, value)) all.set({key, value, {}, known->is_secret()});
    }
  return all;
}

void EffectiveConfigs::add_dynamic_broker(std::string_view key, std::int64_t factor, std::vector<ConfigLayer>& layers) const {
  if (const std::string* own = image_.config(ResourceType::kBroker, node_name_, key))
    layers.push_back({std::string(key), config::scaled(*own, factor), ConfigSource::kDynamicBroker});
  if (const std::string* all = image_.config(ResourceType::kBroker, "", key))
    layers.push_back({std::string(key), config::scaled(*all, factor), ConfigSource::kDynamicDefaultBroker});
}

std::vector<ConfigLayer> EffectiveConfigs::topic_layers(std::string_view topic, const config::KafkaKey& key) const {
  return layers_above_brokers(ResourceType::kTopic, ConfigSource::kTopic, topic, key);
}

std::vector<ConfigLayer> EffectiveConfigs::topic_synonyms(std::string_view topic, const config::KafkaKey& key) const {
  std::vector<ConfigLayer> told;
  const std::vector<config::Synonym> synonyms = config::synonyms(key);
  const auto add = [&](ConfigSource source, auto&& value_of) {
    for (const config::Synonym& synonym : synonyms)
      if (std::optional<std::string> value = value_of(synonym.broker_key))
        told.push_back({std::string(synonym.broker_key), *std::move(value), source});
  };
  const auto dynamic = [&](std::string_view node) {
    return [&, node](std::string_view name) -> std::optional<std::string> {
      const std::string* value = image_.config(ResourceType::kBroker, node, name);
      return value == nullptr ? std::nullopt : std::optional(*value);
    };
  };
  add(ConfigSource::kDynamicBroker, dynamic(node_name_));
  add(ConfigSource::kDynamicDefaultBroker, dynamic(""));
  add(ConfigSource::kStaticBroker, [&](std::string_view name) -> std::optional<std::string> {
    const config::KafkaSetting* said = file_.find(name);
    return said == nullptr ? std::nullopt : std::optional(said->value);
  });
  add(ConfigSource::kDefault, [&](std::string_view name) -> std::optional<std::string> {
    const config::KafkaKey* known = config::find_broker_key(name);
    return known == nullptr || !known->has_default() ? std::nullopt : std::optional(std::string(known->default_value));
  });
  const auto first =
      std::find_if(told.begin(), told.end(), [&](const ConfigLayer& layer) { return layer.key == synonyms.front().broker_key; });
  told.erase(told.begin(), first);
  if (const std::string* own = image_.config(ResourceType::kTopic, topic, key.name))
    told.insert(told.begin(), {std::string(key.name), *own, ConfigSource::kTopic});
  return told;
}

std::vector<ConfigLayer> EffectiveConfigs::group_layers(std::string_view group, const config::KafkaKey& key) const {
  // What gives a key its default is known of the one in the table.
  const config::KafkaKey* known = config::find_group_key(key.name);
  return layers_above_brokers(ResourceType::kGroup, ConfigSource::kGroup, group, known == nullptr ? key : *known);
}

std::vector<ConfigLayer> EffectiveConfigs::client_metrics_layers(std::string_view subscription, const config::KafkaKey& key) const {
  std::vector<ConfigLayer> layers;
  if (const std::string* own = image_.config(ResourceType::kClientMetrics, subscription, key.name))
    layers.push_back({std::string(key.name), *own, ConfigSource::kClientMetrics});
  layers.push_back({std::string(key.name), std::string(key.default_value), ConfigSource::kDefault});
  return layers;
}

std::vector<ConfigLayer> EffectiveConfigs::layers_above_brokers(ResourceType type, ConfigSource source, std::string_view name,
                                                                const config::KafkaKey& key) const {
  std::vector<ConfigLayer> layers;
  if (const std::string* own = image_.config(type, name, key.name)) layers.push_back({std::string(key.name), *own, source});
  for (const config::Synonym& synonym : config::synonyms(key)) add_dynamic_broker(synonym.broker_key, synonym.factor, layers);
  add_file_layers(file_.topic_synonyms(key), key.name, layers);
  return layers;
}

std::vector<ConfigLayer> EffectiveConfigs::broker_layers(const config::KafkaKey& key) const {
  std::vector<ConfigLayer> layers;
  add_dynamic_broker(key.name, 1, layers);
  if (const config::KafkaSetting* said = file_.find(key.name))
    layers.push_back({std::string(key.name), said->value, ConfigSource::kStaticBroker});
  std::optional<std::string> otherwise;
  if (key.has_default()) otherwise = std::string(key.default_value);
  layers.push_back({std::string(key.name), std::move(otherwise), ConfigSource::kDefault});
  return layers;
}

std::vector<ConfigLayer> EffectiveConfigs::default_broker_layers(const config::KafkaKey& key) const {
  std::vector<ConfigLayer> layers;
  if (const std::string* all = image_.config(ResourceType::kBroker, "", key.name))
    layers.push_back({std::string(key.name), *all, ConfigSource::kDynamicDefaultBroker});
  return layers;
}

}  // namespace barnabas::broker
