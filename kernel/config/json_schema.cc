// The JSON schema of a deployment file, for editors.
#include "kernel/config/fields.h"
#include "kernel/config/views.h"

#include <boost/json.hpp>

namespace barnabas::config {

namespace {

namespace json = boost::json;

// ${env:…} may stand for any value that is not a text already.
json::object or_reference(json::object schema) {
  return {{"anyOf", json::array{std::move(schema), json::object{{"type", "string"}, {"pattern", "\\$\\{(env|file):"}}}}};
}

json::object option_schema(const OptionSchema& option) {
  json::object schema;
  switch (option.type) {
    case OptionType::kBool:
      schema = {{"type", "boolean"}};
      break;
    case OptionType::kInt32:
    case OptionType::kInt64:
      schema = {{"type", "integer"}};
      break;
    case OptionType::kDouble:
      schema = {{"type", "number"}};
      break;
    case OptionType::kText:
      schema = {{"type", json::array{"string", "number"}}};
      break;
    case OptionType::kTextList:
      schema = {{"type", "array"}, {"items", json::object{{"type", json::array{"string", "number"}}}}};
      break;
    case OptionType::kSize:
      schema = {{"type", json::array{"integer", "string"}}, {"pattern", "^[0-9]+ ?(B|KiB|MiB|GiB|TiB)?$"}};
      break;
    case OptionType::kMillis:
      schema = {{"type", json::array{"integer", "string"}}, {"pattern", "^-?[0-9]+ ?(ms|s|min|h|d)?$"}};
      break;
  }
  const bool is_number = option.type == OptionType::kInt32 || option.type == OptionType::kInt64 || option.type == OptionType::kDouble;
  if (is_number && option.min) schema["minimum"] = *option.min;
  if (is_number && option.max) schema["maximum"] = *option.max;
  if (!option.choices.empty()) {
    json::array choices(option.choices.begin(), option.choices.end());
    if (option.type == OptionType::kTextList)
      schema["items"] = json::object{{"enum", std::move(choices)}};
    else
      schema = {{"enum", std::move(choices)}};
  }
  if (option.type != OptionType::kText) schema = or_reference(std::move(schema));
  if (!option.help.empty()) schema["description"] = option.help;
  return schema;
}

json::object kafka_schema(const KafkaKey& key) {
  json::object schema;
  switch (key.type) {
    case KafkaType::kBoolean:
      schema["type"] = json::array{"boolean", "string"};
      break;
    case KafkaType::kShort:
    case KafkaType::kInt:
    case KafkaType::kLong:
      schema["type"] = json::array{"integer", "string"};
      break;
    case KafkaType::kDouble:
      schema["type"] = json::array{"number", "string"};
      break;
    case KafkaType::kList:
      schema["type"] = json::array{"array", "string", "number"};
      break;
    default:
      schema["type"] = json::array{"string", "number"};
      break;
  }
  std::string text = std::string(key.doc) + " (" + describe_type(key);
  if (key.has_default() && !key.default_value.empty()) text += "; default " + std::string(key.default_value);
  schema["description"] = text + ")";
  if (key.lifetime != Lifetime::kCurrent) schema["deprecated"] = true;
  return schema;
}

class SchemaWriter {
 public:
  explicit SchemaWriter(const PluginCatalog& plugins) : plugins_(plugins) {}

  json::object of(const Field& field) const {
    json::object schema;
    switch (field.shape) {
      case Shape::kValue:
        schema = option_schema(field.option);
        break;
      case Shape::kMap:
        schema = map_of(field);
        break;
      case Shape::kList:
        schema = {{"type", "array"}, {"items", of(*find_field(field.path + "/*"))}};
        break;
      case Shape::kNamed:
        schema = {{"type", json::array{"object", "null"}}, {"additionalProperties", of(*find_field(field.path + "/*"))}};
        break;
      case Shape::kPluginConfig:
        schema = {{"type", json::array{"object", "null"}}};
        break;
      case Shape::kBrokerKeys:
        schema = broker_keys_map();
        break;
      case Shape::kTopicKeys:
        schema = topic_keys_map();
        break;
    }
    if (!field.plugin_kind.empty()) add_ids(field, schema);
    schema["description"] = field.option.help;
    return schema;
  }

 private:
  json::object map_of(const Field& field) const {
    json::object properties;
    json::array required;
    for (const Field* below : fields_below(field.path)) {
      properties[below->option.name] = of(*below);
      if (below->option.required) required.emplace_back(below->option.name);
    }
    json::object schema{{"type", json::array{"object", "null"}}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) schema["required"] = std::move(required);
    if (const Field* use = find_field(field.path + "/use"); use != nullptr && !use->plugin_kind.empty())
      schema["allOf"] = plugin_configs(*use);
    return schema;
  }

  // If `use` is this plugin, `config` has these options.
  json::array plugin_configs(const Field& use) const {
    json::array all;
    for (const std::string& id : plugins_.ids(use.plugin_kind)) {
      const PluginSchema* plugin = plugins_.find_schema(use.plugin_kind, id);
      json::object properties;
      for (const OptionSchema& option : plugin->options) properties[option.name] = option_schema(option);
      json::object config{{"type", json::array{"object", "null"}}, {"properties", std::move(properties)}, {"additionalProperties", false}};
      all.push_back(json::object{
          {"if", json::object{{"properties", json::object{{"use", json::object{{"const", id}}}}}, {"required", json::array{"use"}}}},
          {"then", json::object{{"properties", json::object{{"config", std::move(config)}}}}}});
    }
    if (all.empty()) all.push_back(json::object{});
    return all;
  }

  void add_ids(const Field& field, json::object& schema) const {
    json::array ids;
    for (const std::string& id : plugins_.ids(field.plugin_kind)) ids.emplace_back(id);
    if (!ids.empty()) schema["examples"] = std::move(ids);
    if (!field.option.default_value.empty()) schema["default"] = field.option.default_value;
  }

  static json::object broker_keys_map() {
    json::object properties;
    for (const KafkaKey* key : broker_keys()) properties[key->name] = kafka_schema(*key);
    return {{"type", json::array{"object", "null"}},
            {"properties", std::move(properties)},
            {"patternProperties", json::object{{"^listener\\.name\\.", json::object{}}}},
            {"additionalProperties", false}};
  }
  static json::object topic_keys_map() {
    json::object properties;
    for (const KafkaKey& key : topic_keys()) properties[key.name] = kafka_schema(key);
    return {{"type", json::array{"object", "null"}}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  }

  const PluginCatalog& plugins_;
};

}  // namespace

std::string json_schema(const PluginCatalog& plugins) {
  json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Barnabas deployment"}};
  for (auto& member : SchemaWriter(plugins).of(*find_field(""))) schema[member.key()] = member.value();
  return json::serialize(schema);
}

}  // namespace barnabas::config
