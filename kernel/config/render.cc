// A deployment as YAML: what is in effect, defaults included, and where it comes from.
#include "kernel/config/views.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

// As YAML would read it back: plain where that is safe, else quoted.
std::string scalar(std::string_view text, bool is_secret = false) {
  if (is_secret) return "\"***\"";
  const bool safe_begin = !text.empty() && (std::isalnum(static_cast<unsigned char>(text[0])) != 0 || text[0] == '/' || text[0] == '.' ||
                                            text[0] == '_' || text[0] == '-');
  const bool safe = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("/._-+:@ ").find(static_cast<char>(c)) != std::string_view::npos;
  });
  const bool is_word = text != "null" && text != "Null" && text != "NULL" && text != "true" && text != "false" && text != "-";
  if (safe_begin && safe && is_word && text.find(": ") == std::string_view::npos && !text.ends_with(':') && !text.ends_with(' ') &&
      !text.starts_with("- "))
    return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '$') {
      out += text.find("${") == std::string_view::npos ? "$" : "$$";  // as text, not as a reference
    } else if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

class Renderer {
 public:
  explicit Renderer(const PluginCatalog& plugins) : plugins_(plugins) {}

  std::string render(const Deployment& d) {
    line("node:");
    line("  id: " + std::to_string(d.node_id));
    if (!d.rack.empty()) line("  rack: " + scalar(d.rack));
    line("  loops: " + std::to_string(d.loops));
    line("listeners:");
    for (const Listener& listener : d.listeners) render_listener(listener);
    if (d.controller_listener) render_listener(*d.controller_listener);
    line(fmt::format("allow_insecure: {}", d.allow_insecure));
    render_slot("storage", "storage", d.storage);
    render_slot("metadata", "metadata_store", d.metadata);
    render_slot("placement", "placement", d.placement);
    line("retention:");
    render_slot("delete", "retention", d.retention, "  ");
    render_slot("offsets", "offset_store", d.offsets);
    render_group_offsets(d);
    render_slots("codecs", "codec", d.codecs);
    render_slots("assignors", "assignor", d.assignors);
    render_slots("interceptors", "interceptor", d.interceptors);
    if (!d.plugin_paths.empty()) line("plugins: {paths: [" + joined(d.plugin_paths) + "]}");
    render_topics(d);
    render_kafka(d);
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }
  void line(const std::string& text, const Position& at) {
    constexpr std::size_t kCommentColumn = 48;
    out_ += fmt::format("{:<{}} # {}\n", text, kCommentColumn, to_string(at));
  }

  static std::string joined(const std::vector<std::string>& items, bool is_secret = false) {
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "" : ", ") + scalar(item, is_secret);
    return out;
  }

  static std::string address(const std::string& host, std::uint16_t port) {
    return scalar(host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port));
  }

  void render_listener(const Listener& listener) {
    line("  - name: " + scalar(listener.name), listener.at);
    line("    address: " + address(listener.host, listener.port));
    // Nobody is told the address of the controllers' listener.
    if (!listener.advertised_host.empty()) line("    advertised: " + address(listener.advertised_host, listener.advertised_port));
    line("    protocol: " + listener.protocol);
  }

  void render_slot(const std::string& key, const std::string& kind, const PluginChoice& choice, const std::string& indent = "") {
    line(indent + key + ":");
    line(indent + "  use: " + scalar(choice.use), choice.at);
    render_settings(kind, choice, indent + "  ");
  }
  void render_slots(const std::string& key, const std::string& kind, const std::vector<PluginChoice>& choices) {
    if (choices.empty()) return;
    line(key + ":");
    for (const PluginChoice& choice : choices) {
      line("  - use: " + scalar(choice.use), choice.at);
      render_settings(kind, choice, "    ");
    }
  }
  void render_group_offsets(const Deployment& d) {
    if (d.group_offsets.empty()) return;
    line("  groups:");
    for (const GroupOffsets& some : d.group_offsets) {
      line("    - name: " + scalar(some.name));
      if (!some.match.empty()) line("      match: " + scalar(some.match));
      line("      use: " + scalar(some.store.use), some.store.at);
      render_settings("offset_store", some.store, "      ");
    }
  }
  void render_settings(const std::string& kind, const PluginChoice& choice, const std::string& indent) {
    const PluginSchema* schema = plugins_.find_schema(kind, choice.use);
    if (schema == nullptr || schema->options.empty()) return;
    line(indent + "config:");
    for (const OptionSchema& option : schema->options) {
      const auto said =
          std::find_if(choice.settings.begin(), choice.settings.end(), [&](const Setting& setting) { return setting.name == option.name; });
      Setting setting{option.name, option.default_value, option.default_items, option.type == OptionType::kTextList,
                      false,  // what a manifest says is no secret
                      {}};
      if (said != choice.settings.end()) setting = *said;
      // A number in quotes would be a text.
      const bool is_text = option.type == OptionType::kText;
      const std::string value = setting.is_list     ? "[" + joined(setting.items, setting.is_secret) + "]"
                                : is_text           ? scalar(setting.value, setting.is_secret)
                                : setting.is_secret ? scalar("", true)
                                                    : setting.value;
      line(fmt::format("{}  {}: {}", indent, option.name, value), setting.at);
    }
  }

  void render_topics(const Deployment& d) {
    if (d.topics.empty()) return;
    line("topics:");
    for (const TopicSpec& topic : d.topics) {
      line(fmt::format("  {}:", scalar(topic.name)), topic.at);
      if (topic.partitions) line(fmt::format("    partitions: {}", *topic.partitions));
      if (!topic.configs.empty()) line("    config:");
      for (const KafkaSetting& config : topic.configs)
        line(fmt::format("      {}: {}", config.name, scalar(config.value, config.is_secret)), config.at);
    }
  }

  void render_kafka(const Deployment& d) {
    // What became a key of ours was printed there.
    constexpr std::string_view kMoved[] = {"node.id",
                                           "broker.id",
                                           "broker.rack",
                                           "listeners",
                                           "advertised.listeners",
                                           "log.dirs",
                                           "log.dir",
                                           "metadata.log.dir",
                                           "zookeeper.connect",
                                           "zookeeper.session.timeout.ms",
                                           "zookeeper.connection.timeout.ms"};
    bool first = true;
    for (const auto& [name, setting] : d.kafka.said()) {
      if (std::find(std::begin(kMoved), std::end(kMoved), name) != std::end(kMoved)) continue;
      if (first) line("kafka:");
      first = false;
      line(fmt::format("  {}: {}", name, scalar(setting.value, setting.is_secret)), setting.at);
    }
  }

  const PluginCatalog& plugins_;
  std::string out_;
};

}  // namespace

std::string render(const Deployment& deployment, const PluginCatalog& plugins) { return Renderer(plugins).render(deployment); }

}  // namespace barnabas::config
