#include "kernel/config/kafka_configs.h"

#include <cassert>
#include <cstdlib>

namespace barnabas::config {

namespace {

std::int64_t to_integer(std::string_view value) { return integer_of(value).value_or(0); }  // it was checked when it was set

}  // namespace

std::string scaled(std::string_view value, std::int64_t factor) {
  if (factor == 1) return std::string(value);
  const std::int64_t number = to_integer(value);
  return std::to_string(number < 0 ? number : number * factor);
}

void KafkaConfigs::set(KafkaSetting setting) {
  std::string name = setting.name;
  said_.insert_or_assign(std::move(name), std::move(setting));
}

void KafkaConfigs::erase(std::string_view name) {
  if (const auto at = said_.find(name); at != said_.end()) said_.erase(at);
}

const KafkaSetting* KafkaConfigs::find(std::string_view name) const {
  const auto at = said_.find(name);
  return at == said_.end() ? nullptr : &at->second;
}

KafkaValue KafkaConfigs::effective(std::string_view broker_key) const {
  KafkaValue result;
  result.source_key = broker_key;
  if (const KafkaSetting* setting = find(broker_key)) {
    result.value = setting->value;
    result.is_default = false;
    result.at = setting->at;
  } else if (const KafkaKey* key = find_broker_key(broker_key); key != nullptr && key->has_default()) {
    result.value = key->default_value;
  }
  return result;
}

std::vector<KafkaValue> KafkaConfigs::topic_synonyms(const KafkaKey& topic_key) const {
  std::vector<KafkaValue> layers;
  for (const Synonym& synonym : synonyms(topic_key)) {
    KafkaValue layer = effective(synonym.broker_key);
    if (layer.is_default || !layer.value) continue;
    layer.value = scaled(*layer.value, synonym.factor);
    layers.push_back(std::move(layer));
  }
  // Kafka's own default comes last: the first synonym whose default is not null, or the topic key's.
  for (const Synonym& synonym : synonyms(topic_key)) {
    const KafkaKey* key = find_broker_key(synonym.broker_key);
    if (key == nullptr || !key->has_default()) continue;
    KafkaValue layer;
    layer.value = scaled(key->default_value, synonym.factor);
    layer.source_key = synonym.broker_key;
    layers.push_back(std::move(layer));
    return layers;
  }
  KafkaValue layer;
  if (topic_key.has_default()) layer.value = topic_key.default_value;
  layers.push_back(std::move(layer));
  return layers;
}

KafkaValue KafkaConfigs::topic_default(const KafkaKey& topic_key) const { return topic_synonyms(topic_key).front(); }

std::int64_t KafkaConfigs::integer(std::string_view broker_key) const {
  const KafkaValue found = effective(broker_key);
  assert(found.value && "a broker key with a value");
  return to_integer(*found.value);
}

double KafkaConfigs::number(std::string_view broker_key) const {
  const KafkaValue found = effective(broker_key);
  assert(found.value && "a broker key with a value");
  return std::strtod(found.value->c_str(), nullptr);
}

bool KafkaConfigs::boolean(std::string_view broker_key) const {
  const KafkaValue found = effective(broker_key);
  assert(found.value && "a broker key with a value");
  return boolean_of(*found.value).value_or(false);  // checked before
}

std::string KafkaConfigs::text(std::string_view broker_key) const { return effective(broker_key).value.value_or(std::string()); }

std::vector<std::string> KafkaConfigs::list(std::string_view broker_key) const { return split_list(text(broker_key)); }

}  // namespace barnabas::config
