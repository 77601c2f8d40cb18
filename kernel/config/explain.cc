// `barnabas config explain`: what a key means, may be and is.
#include "kernel/config/fields.h"
#include "kernel/config/views.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

std::string_view word(Importance importance) {
  switch (importance) {
    case Importance::kHigh:
      return "high";
    case Importance::kMedium:
      return "medium";
    case Importance::kLow:
      return "low";
  }
  return "";
}

std::string_view word(UpdateMode mode) {
  switch (mode) {
    case UpdateMode::kReadOnly:
      return "needs a restart";
    case UpdateMode::kClusterWide:
      return "may change while running, for one broker or for all";
    case UpdateMode::kPerBroker:
      return "may change while running, broker by broker";
    case UpdateMode::kTopic:
      return "may change while running, topic by topic";
  }
  return "";
}

std::string shown_default(const KafkaKey& key) {
  if (key.default_value == kRequiredDefault) return "none, it must be said";
  if (!key.has_default()) return "null";
  return key.default_value.empty() ? "\"\"" : std::string(key.default_value);
}

std::string row(std::string_view name, std::string_view value) { return fmt::format("  {:<12} {}\n", name, value); }

std::string explain_broker(const KafkaKey& key, const Loaded& loaded) {
  std::string out = fmt::format("{}: {}\n", key.name, key.doc);
  out += row("what", fmt::format("Kafka's broker key, under 'kafka:'; importance {}", word(key.importance)));
  out += row("type", describe_type(key));
  out += row("default", shown_default(key));
  out += row("change", word(key.mode));
  if (key.lifetime == Lifetime::kDeprecated) out += row("note", "deprecated by Kafka 4.3");
  if (key.lifetime == Lifetime::kOld) out += row("note", "Kafka 3.9's; Kafka 4 does not have it");
  if (!is_honoured(key)) out += row("note", "accepted, but it has no effect in this version");
  for (const KafkaKey& topic_key : topic_keys())
    for (const Synonym& synonym : synonyms(topic_key))
      if (synonym.broker_key == key.name) out += row("topics", fmt::format("the default of the topic key {}", topic_key.name));
  const KafkaSetting* said = loaded.deployment.kafka.find(key.name);
  if (said != nullptr)
    out += row("value", fmt::format("{}  ({})", said->is_secret ? "***" : said->value, to_string(said->at)));
  else if (key.has_default())
    out += row("value", fmt::format("{}  (default)", shown_default(key)));
  return out;
}

std::string explain_topic(const KafkaKey& key, const Loaded& loaded) {
  std::string out = fmt::format("{}: {}\n", key.name, key.doc);
  out += row("what", fmt::format("Kafka's topic key, under topics: NAME: config:; importance {}", word(key.importance)));
  out += row("type", describe_type(key));
  out += row("change", word(key.mode));
  if (!is_honoured_of_topics(key.name)) out += row("note", "accepted, but it has no effect in this version");
  if (key.name == "cleanup.policy") out += row("note", "compact keeps every record in this version");
  for (const KafkaValue& layer : loaded.deployment.kafka.topic_synonyms(key)) {
    const std::string source = layer.source_key.empty() ? "" : layer.source_key + ", ";
    out +=
        row("default", fmt::format("{}  ({}{})", layer.value.value_or("null"), source, layer.is_default ? "default" : to_string(layer.at)));
  }
  for (const TopicSpec& topic : loaded.deployment.topics)
    for (const KafkaSetting& config : topic.configs)
      if (config.name == key.name)
        out +=
            row("value", fmt::format("{} for topic {}  ({})", config.is_secret ? "***" : config.value, topic.name, to_string(config.at)));
  return out;
}

std::string explain_group(const KafkaKey& key) {
  std::string out = fmt::format("{}: {}\n", key.name, key.doc);
  out += row("what", "Kafka's key of a consumer group, set by barnabas configs --entity-type groups");
  out += row("type", describe_type(key));
  out += row("change", "may change while running, group by group");
  const auto above = synonyms(key);
  out += row("default", above.empty() ? shown_default(key) : fmt::format("the broker key {}", above.front().broker_key));
  if (!key.name.starts_with("consumer.")) out += row("note", "accepted, but it has no effect in this version");
  return out;
}

std::string explain_option(const std::string& path, const OptionSchema& option, const std::string& what) {
  std::string out = fmt::format("{}: {}\n", path, option.help);
  out += row("what", what);
  out += row("type", fmt::format("{}: {}", type_name(option.type), expected(option)));
  const bool is_list = option.type == OptionType::kTextList;
  out += row("default", option.required                ? "none, it must be said"
                        : is_list                      ? "[" + listed(option.default_items, ",") + "]"
                        : option.default_value.empty() ? "nothing"
                                                       : option.default_value);
  return out;
}

// The value that stands in the file at `path`, where there is one.
std::string value_row(const Loaded& loaded, std::string path, bool is_secret) {
  const Node* node = &loaded.tree;
  while (!path.empty() && node != nullptr) {
    const auto slash = path.find('/', 1);
    const std::string step = path.substr(1, slash - 1);
    const bool is_index = !step.empty() && std::all_of(step.begin(), step.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (node->is_list() && is_index && step.size() < 6 && std::stoul(step) < node->items.size())
      node = &node->items[std::stoul(step)];
    else
      node = node->value(step);
    path = slash == std::string::npos ? "" : path.substr(slash);
  }
  if (node == nullptr || node->kind == Node::Kind::kNull) return row("value", "not said in this file");
  std::string value = node->text;
  for (const Node& item : node->items) value += (value.empty() ? "" : ", ") + (item.is_scalar() ? item.text : std::string("…"));
  if (node->is_map()) value = "a map";
  if (is_secret || node->is_secret) value = node->written.empty() ? "***" : node->written;
  return row("value", fmt::format("{}  ({})", value, to_string(node->at)));
}

// "storage.use" and "/storage/use" are one path; places in lists become "*".
std::string as_path(std::string_view key) {
  std::string path(key);
  if (path.starts_with('/')) return path;
  std::replace(path.begin(), path.end(), '.', '/');
  return "/" + path;
}

std::string generic(const std::string& path) {
  std::string out;
  std::string_view rest = path;
  while (!rest.empty()) {
    const auto slash = rest.find('/', 1);
    const std::string_view step = rest.substr(1, slash - 1);
    out += find_field(out + "/*") != nullptr && find_field(out + "/" + std::string(step)) == nullptr ? "/*" : "/" + std::string(step);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  }
  return out;
}

// /storage/config/dirs: an option of the plugin that the slot uses.
std::optional<std::string> explain_plugin_option(const std::string& path, const Loaded& loaded, const PluginCatalog& plugins) {
  const auto at = path.find("/config/");
  if (at == std::string::npos) return std::nullopt;
  const Field* use = find_field(generic(path.substr(0, at)) + "/use");
  if (use == nullptr) return std::nullopt;
  std::string id = use->option.default_value;
  if (path.starts_with("/storage/")) id = loaded.deployment.storage.use;
  if (path.starts_with("/metadata/")) id = loaded.deployment.metadata.use;
  for (const std::string& known : plugins.ids(use->plugin_kind)) {
    if (!id.empty() && known != id) continue;
    const OptionSchema* option = plugins.find_schema(use->plugin_kind, known)->find(path.substr(at + 8));
    if (option != nullptr)
      return explain_option(path, *option, fmt::format("an option of {} '{}'", use->plugin_kind, known)) +
             value_row(loaded, path, option->secret);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> explain(std::string_view key, const Loaded& loaded, const PluginCatalog& plugins) {
  if (!key.starts_with('/')) {
    if (const KafkaKey* broker = find_broker_key(key); broker != nullptr && broker->name == key) return explain_broker(*broker, loaded);
    if (const KafkaKey* topic = find_topic_key(key)) return explain_topic(*topic, loaded);
    if (const KafkaKey* group = find_group_key(key)) return explain_group(*group);
  }
  const std::string path = as_path(key);
  if (const Field* field = find_field(generic(path)); field != nullptr && !field->path.empty()) {
    if (field->shape == Shape::kValue) {
      std::string out = explain_option(path, field->option, "a key of the deployment file");
      if (!field->plugin_kind.empty()) out += row("installed", listed(plugins.ids(field->plugin_kind), "and"));
      return out + value_row(loaded, path, false);
    }
    std::string out = fmt::format("{}: {}\n", path, field->option.help);
    for (const Field* below : fields_below(field->path)) out += row(below->option.name, below->option.help);
    return out + value_row(loaded, path, false);
  }
  return explain_plugin_option(path, loaded, plugins);
}

std::vector<std::string> explainable() {
  std::vector<std::string> keys;
  for (const Field& field : fields())
    if (!field.path.empty()) keys.push_back(field.path);
  for (const KafkaKey* key : broker_keys()) keys.emplace_back(key->name);
  for (const KafkaKey& key : topic_keys()) keys.emplace_back(key.name);
  for (const KafkaKey& key : group_keys()) keys.emplace_back(key.name);
  return keys;
}

}  // namespace barnabas::config
