// The sections that name plugins: storage:, metadata:, offsets:, assignors: and the others.
#include "kernel/config/sections.h"

#include "kernel/config/fields.h"

#include <algorithm>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

RawSetting raw_setting(const Member& member) {
  RawSetting raw;
  raw.name = member.key;
  raw.name_at = member.at;
  raw.at = member.value.at;
  raw.is_list = member.value.is_list();
  raw.is_quoted = member.value.is_quoted;
  raw.is_secret = member.value.is_secret;
  raw.is_unresolved = member.value.is_unresolved;
  if (!raw.is_list) raw.values.push_back(member.value.text);
  for (const Node& item : member.value.items) {
    raw.values.push_back(item.text);
    raw.is_secret |= item.is_secret;
    raw.is_unresolved |= item.is_unresolved;
  }
  return raw;
}

}  // namespace

PluginChoice read_choice(const Node& slot, const std::string& default_id) {
  PluginChoice choice;
  choice.use = default_id;
  choice.at = slot.at;
  if (const auto use = said_at(slot, "/use")) {
    choice.use = use->value;
    choice.at = use->at;
  }
  if (const Node* block = slot.value("config"))
    for (const Member& member : block->members)
      if (member.value.is_scalar() || member.value.is_list()) choice.written.push_back(raw_setting(member));
  return choice;
}

std::vector<PluginChoice> read_choices(const Node& root, std::string_view key) {
  std::vector<PluginChoice> choices;
  if (const Node* list = root.value(key))
    for (const Node& item : list->items)
      if (item.is_map()) choices.push_back(read_choice(item, ""));
  return choices;
}

std::vector<std::string> read_plugin_paths(const Node& root) {
  std::vector<std::string> all;
  if (const Node* plugins = root.value("plugins"))
    if (const Node* paths = plugins->value("paths"))
      for (const Node& path : paths->items) all.push_back(path.text);
  return all;
}

namespace {

// `path`: of the slot, from the root on; "storage", "retention/delete".
PluginChoice read_slot(const Node& root, const std::string& path) {
  const std::string default_id = find_field("/" + path + "/use")->option.default_value;
  const Node* slot = find_node(root, "/" + path);
  Node nothing;
  nothing.at = root.at;  // a slot that is not there is missed at the beginning of the file
  PluginChoice choice = read_choice(slot != nullptr ? *slot : nothing, default_id);
  if (said_at(root, "/" + path + "/use")) return choice;
  choice.default_of = path + ".use";
  std::ranges::replace(choice.default_of, '/', '.');
  return choice;
}

void read_group_offsets(const Node& offsets, Deployment& deployment) {
  const Node* list = offsets.value("groups");
  if (list == nullptr) return;
  for (const Node& item : list->items) {
    if (!item.is_map()) continue;
    const auto match = said_at(item, "/match");
    const auto name = said_at(item, "/name");
    PluginChoice store = read_choice(item, "");
    std::string called = name ? name->value : store.use;
    deployment.group_offsets.push_back({std::move(called), match ? match->value : std::string(), std::move(store)});
  }
}

// Kafka names its own assignors by name or by class.
std::string assignor_id(const std::string& said) {
  if (said == "org.apache.kafka.coordinator.group.assignor.UniformAssignor") return "uniform";
  if (said == "org.apache.kafka.coordinator.group.assignor.RangeAssignor") return "range";
  return said;
}

// The list of slots says which there are and in which order, or Kafka's key does.
void read_assignors(const Node& root, const KafkaConfigs& kafka, Deployment& deployment, Findings& findings) {
  deployment.assignors = read_choices(root, "assignors");
  const auto said = said_by(kafka, "group.consumer.assignors");
  if (!said) return;
  std::vector<PluginChoice> named;
  for (const std::string& name : split_list(said->value)) named.push_back({assignor_id(name), {}, {}, said->at});
  if (deployment.assignors.empty()) {
    deployment.assignors = std::move(named);
  } else if (!std::ranges::equal(named, deployment.assignors, {}, &PluginChoice::use, &PluginChoice::use)) {
    findings.error(said->at, fmt::format("'group.consumer.assignors' says '{}' where 'assignors' ({}) says otherwise; keep one of the two",
                                         said->value, to_string(deployment.assignors.front().at)));
  }
}

// As an option takes it, where it can be taken at all: "18 s" and 18000 are one time.
std::vector<std::string> comparable(const OptionSchema& option, const RawSetting& raw) {
  if (raw.is_list || raw.values.size() != 1) return raw.values;
  auto value = canonical_value(option, raw.values.front(), raw.is_quoted);
  return value ? std::vector{*std::move(value)} : raw.values;
}

OptionSchema option_named(const std::string& name, OptionType type) {
  OptionSchema option;
  option.name = name;
  option.type = type;
  return option;
}

}  // namespace

void derive(PluginChoice& choice, const std::string& slot, const OptionSchema& option, const Said& said, std::string_view kafka_key,
            Findings& findings) {
  const bool is_list = option.type == OptionType::kTextList;
  RawSetting raw{option.name, is_list ? split_list(said.value) : std::vector{said.value}, is_list, false, false, false, true, said.at,
                 said.at};
  for (RawSetting& written : choice.written) {
    if (written.name != option.name) continue;
    if (comparable(option, written) == comparable(option, raw)) return;
    if (is_override(written.at) == is_override(said.at)) {
      findings.error(said.at, fmt::format("'{}' says '{}' where '{}.config.{}' ({}) says otherwise; keep one of the two", kafka_key,
                                          said.value, slot, option.name, to_string(written.at)));
    } else if (is_override(said.at)) {
      written = raw;
    }
    return;
  }
  choice.written.push_back(raw);
}

void read_slots(const Node& root, const KafkaConfigs& kafka, Deployment& deployment, Findings& findings) {
  deployment.storage = read_slot(root, "storage");
  deployment.metadata = read_slot(root, "metadata");
  deployment.placement = read_slot(root, "placement");
  deployment.retention = read_slot(root, "retention/delete");
  deployment.offsets = read_slot(root, "offsets");
  if (const Node* offsets = root.value("offsets"); offsets != nullptr && offsets->is_map()) read_group_offsets(*offsets, deployment);
  deployment.codecs = read_choices(root, "codecs");
  read_assignors(root, kafka, deployment, findings);
  deployment.interceptors = read_choices(root, "interceptors");
  deployment.plugin_paths = read_plugin_paths(root);

  auto dirs = said_by(kafka, "log.dirs");
  if (!dirs) dirs = said_by(kafka, "log.dir");
  if (dirs) derive(deployment.storage, "storage", option_named("dirs", OptionType::kTextList), *dirs, "log.dirs", findings);
  // Kafka keeps its metadata beside the first log directory unless told otherwise.
  if (const auto dir = said_by(kafka, "metadata.log.dir")) {
    derive(deployment.metadata, "metadata", option_named("dir", OptionType::kText), *dir, "metadata.log.dir", findings);
  } else if (dirs && !split_list(dirs->value).empty()) {
    const bool said = std::any_of(deployment.metadata.written.begin(), deployment.metadata.written.end(),
                                  [](const RawSetting& raw) { return raw.name == "dir"; });
    if (!said)
      derive(deployment.metadata, "metadata", option_named("dir", OptionType::kText), {split_list(dirs->value).front(), dirs->at},
             "log.dirs", findings);
  }
  read_zookeeper(root.value("metadata") != nullptr, kafka, deployment.metadata, findings);
}

}  // namespace barnabas::config
