#include "kernel/config/fields.h"

#include <limits>

namespace barnabas::config {

namespace {

Field group(std::string path, Shape shape, std::string help) {
  Field field;
  field.option.name = path.substr(path.rfind('/') + 1);
  field.path = std::move(path);
  field.shape = shape;
  field.option.help = std::move(help);
  return field;
}

Field value(std::string path, OptionType type, std::string default_value, std::string help) {
  Field field = group(std::move(path), Shape::kValue, std::move(help));
  field.option.type = type;
  field.option.default_value = std::move(default_value);
  return field;
}

Field needed(Field field) {
  field.option.required = true;
  return field;
}

Field ranged(Field field, std::int64_t min, std::int64_t max) {
  field.option.min = min;
  field.option.max = max;
  return field;
}

// A slot for a plugin: {use, config}.
void add_slot(std::vector<Field>& all, const std::string& path, const std::string& kind, const std::string& default_id,
              const std::string& help) {
  const bool is_item = path.ends_with("*");
  all.push_back(group(path, Shape::kMap, help));
  Field use = value(path + "/use", OptionType::kText, default_id, "The id of the " + kind + " plugin.");
  use.plugin_kind = kind;
  use.option.required = is_item || default_id.empty();
  all.push_back(use);
  all.push_back(group(path + "/config", Shape::kPluginConfig, "The plugin's own options; `barnabas plugins inspect ID` lists them."));
}

void add_listeners(std::vector<Field>& all) {
  all.push_back(group("/listeners", Shape::kList, "Where clients connect."));
  all.push_back(group("/listeners/*", Shape::kMap, "One listener."));
  all.push_back(needed(value("/listeners/*/name", OptionType::kText, "", "The name of the listener, such as PLAINTEXT.")));
  all.push_back(needed(value("/listeners/*/address", OptionType::kText, "", "host:port to listen on; port 0 takes any free one.")));
  all.push_back(value("/listeners/*/advertised", OptionType::kText, "", "host:port that clients are told; without it, the address."));
  Field protocol = value("/listeners/*/protocol", OptionType::kText, "", "How clients speak here; without it, what the name says.");
  protocol.option.choices = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};
  all.push_back(protocol);
}

void add_topics(std::vector<Field>& all) {
  all.push_back(group("/topics", Shape::kNamed, "Topics that are made at the start where they are missing."));
  all.push_back(group("/topics/*", Shape::kMap, "One topic, by its name."));
  all.push_back(
      ranged(value("/topics/*/partitions", OptionType::kInt32, "", "How many partitions; without it, num.partitions."), 1, 100'000));
  all.push_back(group("/topics/*/config", Shape::kTopicKeys, "Kafka's topic keys, such as cleanup.policy."));
}

void add_interceptors(std::vector<Field>& all) {
  all.push_back(group("/interceptors", Shape::kList, "What sees records on their way in and out, in this order."));
  add_slot(all, "/interceptors/*", "interceptor", "", "One interceptor.");
}

void add_plugins(std::vector<Field>& all) {
  all.push_back(group("/plugins", Shape::kMap, "Where plugins are looked for besides the installation's own folder."));
  all.push_back(value("/plugins/paths", OptionType::kTextList, "", "Folders that hold plugins."));
}

std::vector<Field> make_fields() {
  constexpr std::int64_t kMostLoops = 64;  // a bit for each loop in broker::Parking
  std::vector<Field> all;
  all.push_back(group("", Shape::kMap, "A deployment: what one node is made of."));
  all.push_back(group("/node", Shape::kMap, "This node."));
  all.push_back(ranged(value("/node/id", OptionType::kInt32, "", "The node's number; every node of a cluster has its own."), 0,
                       std::numeric_limits<std::int32_t>::max()));
  all.push_back(
      value("/node/rack", OptionType::kText, "", "Where the node stands, for placement and for reading from the nearest replica."));
  all.push_back(ranged(value("/node/loops", OptionType::kInt32, "0", "Event loops; 0 is one for each core."), 0, kMostLoops));
  add_listeners(all);
  all.push_back(value("/allow_insecure", OptionType::kBool, "false",
                      "Lets a listener that needs neither TLS nor a password be reached from other machines."));
  add_slot(all, "/storage", "storage", "segment", "Where partitions are kept.");
  add_slot(all, "/metadata", "metadata_store", "kraft", "Where topics, configurations and leadership are kept.");
  add_slot(all, "/placement", "placement", "striped", "Which brokers get the replicas of new partitions.");
  all.push_back(group("/retention", Shape::kMap, "What keeps logs within bounds, by the words of cleanup.policy."));
  add_slot(all, "/retention/delete", "retention", "delete", "What topics with cleanup.policy=delete give up.");
  add_slot(all, "/offsets", "offset_store", "internal_topic", "Where groups keep their offsets.");
  all.push_back(group("/offsets/groups", Shape::kList, "Groups that keep their offsets elsewhere; the first that matches counts."));
  add_slot(all, "/offsets/groups/*", "offset_store", "", "The store of some groups.");
  all.push_back(value("/offsets/groups/*/match", OptionType::kText, "",
                      "Which group ids; '*' stands for any characters. Without it, those that are moved there."));
  all.push_back(value("/offsets/groups/*/name", OptionType::kText, "", "What a move calls the store; without it, its plugin's name."));
  all.push_back(group("/codecs", Shape::kList, "Codecs that take the place of the shipped ones, and options for those."));
  add_slot(all, "/codecs/*", "codec", "", "One codec.");
  all.push_back(group("/assignors", Shape::kList, "Assignors that consumer groups may ask for, the default first; options for them."));
  add_slot(all, "/assignors/*", "assignor", "", "One assignor.");
  add_interceptors(all);
  add_plugins(all);
  add_topics(all);
  all.push_back(group("/kafka", Shape::kBrokerKeys, "Kafka's broker keys by their own names, such as num.partitions."));
  return all;
}

std::vector<Field> make_client_fields() {
  std::vector<Field> all;
  all.push_back(group("", Shape::kMap, "What one client is made of."));
  add_slot(all, "/partitioner", "partitioner", "", "What chooses the partitions of a producer's records.");
  add_interceptors(all);
  add_plugins(all);
  return all;
}

}  // namespace

std::span<const Field> fields(FileKind file) {
  static const std::vector<Field> of_deployment = make_fields();
  static const std::vector<Field> of_client = make_client_fields();
  return file == FileKind::kClient ? of_client : of_deployment;
}

const Field* find_field(std::string_view path, FileKind file) {
  for (const Field& field : fields(file))
    if (field.path == path) return &field;
  return nullptr;
}

std::vector<const Field*> fields_below(std::string_view path, FileKind file) {
  std::vector<const Field*> below;
  for (const Field& field : fields(file)) {
    const std::string_view rest = std::string_view(field.path).substr(std::min(path.size(), field.path.size()));
    if (field.path.size() > path.size() && field.path.starts_with(path) && rest.starts_with('/') &&
        rest.find('/', 1) == std::string_view::npos)
      below.push_back(&field);
  }
  return below;
}

}  // namespace barnabas::config
