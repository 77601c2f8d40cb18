// Whether a file has the keys and shapes that fields.h lists.
#include "kernel/config/fields.h"
#include "kernel/config/kafka_keys.h"

#include <algorithm>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

std::string_view without_stop(std::string_view sentence) { return sentence.substr(0, sentence.size() - (sentence.ends_with('.') ? 1 : 0)); }

class ShapeCheck {
 public:
  ShapeCheck(Findings& findings, FileKind file) : findings_(findings), file_(file) {}

  // `path` is the place in the table, `shown` in the file.
  void check(const Node& node, const std::string& path, const std::string& shown) {
    const Field* field = find_field(path, file_);
    if (node.kind == Node::Kind::kNull) {
      // An empty file or `topics:` with nothing behind it says what an absent key says.
      if (field->shape != Shape::kValue) return;
      return findings_.error(node.at, fmt::format("'{}' has no value: it must be {}", shown, expected(field->option)));
    }
    switch (field->shape) {
      case Shape::kMap:
        return check_map(node, path, shown);
      case Shape::kNamed:
        return check_named(node, path, shown);
      case Shape::kList:
        return check_list(node, path, shown);
      case Shape::kValue:
        return check_value(node, *field, shown);
      case Shape::kPluginConfig:
      case Shape::kBrokerKeys:
      case Shape::kTopicKeys:
        if (must_be(node, Node::Kind::kMap, shown)) check_flat(node, *field);
        return;
    }
  }

 private:
  bool must_be(const Node& node, Node::Kind kind, const std::string& shown) {
    if (node.kind == kind) return true;
    const std::string name = shown.empty() ? fmt::format("{} file", whole()) : fmt::format("'{}'", shown);
    findings_.error(node.at, fmt::format("{} must be {}, but {} was found", name, kind_name(kind), kind_name(node.kind)));
    return false;
  }

  static std::string joined(const std::string& shown, const std::string& key) { return shown.empty() ? key : shown + "." + key; }

  void check_map(const Node& node, const std::string& path, const std::string& shown) {
    if (!must_be(node, Node::Kind::kMap, shown)) return;
    const auto below = fields_below(path, file_);
    for (const Member& member : node.members) {
      const bool known = std::any_of(below.begin(), below.end(), [&](const Field* field) { return field->option.name == member.key; });
      if (known) {
        check(member.value, path + "/" + member.key, joined(shown, member.key));
      } else {
        unknown(member, below, path, shown);
      }
    }
    for (const Field* field : below)
      if (field->option.required && node.find(field->option.name) == nullptr)
        findings_.error(node.at, fmt::format("'{}' is missing: {}", joined(shown, field->option.name), without_stop(field->option.help)));
  }

  void unknown(const Member& member, const std::vector<const Field*>& below, const std::string& path, const std::string& shown) {
    std::vector<std::string> names;
    for (const Field* field : below) names.push_back(field->option.name);
    const std::string where = shown.empty() ? std::string(whole()) : fmt::format("'{}'", shown);
    if (path.empty() && file_ == FileKind::kDeployment && find_broker_key(member.key) != nullptr)
      return findings_.error(member.at, fmt::format("'{}' is one of Kafka's keys; put it under 'kafka:'", member.key));
    if (path == "/topics/*" && find_topic_key(member.key) != nullptr)
      return findings_.error(member.at, fmt::format("'{}' is one of Kafka's topic keys; put it under '{}.config:'", member.key, shown));
    findings_.error(member.at,
                    fmt::format("unknown key '{}': {} has {}{}", member.key, where, listed(names, "and"), did_you_mean(member.key, names)));
  }

  void check_named(const Node& node, const std::string& path, const std::string& shown) {
    if (!must_be(node, Node::Kind::kMap, shown)) return;
    for (const Member& member : node.members) check(member.value, path + "/*", joined(shown, member.key));
  }

  void check_list(const Node& node, const std::string& path, const std::string& shown) {
    if (!must_be(node, Node::Kind::kList, shown)) return;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const std::string item = fmt::format("{}[{}]", shown, i);
      if (must_be(node.items[i], Node::Kind::kMap, item)) check(node.items[i], path + "/*", item);
    }
  }

  void check_value(const Node& node, const Field& field, const std::string& shown) {
    if (node.is_unresolved) return;
    OptionSchema option = field.option;
    option.name = shown;
    if (option.type == OptionType::kTextList) {
      if (!must_be(node, Node::Kind::kList, shown)) return;
      for (const Node& item : node.items) must_be(item, Node::Kind::kScalar, shown + "[]");
      return;
    }
    if (!node.is_scalar())
      return findings_.error(node.at, fmt::format("'{}' must be {}, but {} was found", shown, expected(option), kind_name(node.kind)));
    option.secret = node.is_secret;
    if (auto canonical = canonical_value(option, node.text, node.is_quoted); !canonical)
      findings_.error(node.at, std::string(message_of(canonical.status())));
    if (option.required && node.text.empty())
      findings_.error(node.at, fmt::format("'{}' is empty: {}", shown, without_stop(field.option.help)));
  }

  // Options have one value or a list of values, nothing deeper.
  void check_flat(const Node& node, const Field& field) {
    const std::string hint = field.shape == Shape::kPluginConfig ? "" : "; Kafka's keys are written whole, such as log.retention.ms";
    for (const Member& member : node.members) {
      if (member.value.is_map())
        findings_.error(member.value.at, fmt::format("'{}' must be one value or a list, but a map was found{}", member.key, hint));
      if (member.value.kind == Node::Kind::kNull)
        findings_.error(member.at, fmt::format("'{}' has no value; remove the key to leave the default", member.key));
      for (const Node& item : member.value.items)
        if (!item.is_scalar())
          findings_.error(item.at, fmt::format("'{}' must be a list of values, but {} was found in it", member.key, kind_name(item.kind)));
    }
  }

  std::string_view whole() const { return file_ == FileKind::kClient ? "a client" : "a deployment"; }

  Findings& findings_;
  const FileKind file_;
};

}  // namespace

void check_shape(const Node& root, Findings& findings, FileKind file) { ShapeCheck(findings, file).check(root, "", ""); }

}  // namespace barnabas::config
