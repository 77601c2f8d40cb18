// --override PATH=VALUE, put into the tree of the file.
#include "kernel/config/tree.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace barnabas::config {

namespace {

constexpr std::string_view kOverride = "--override";

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto slash = path.find('/');
    parts.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return parts;
}

// The value below `parent` that `step` names, or null.
Node* existing(Node& parent, const std::string& step) {
  if (parent.is_list()) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool is_place = error == std::errc() && end == step.data() + step.size() && index < parent.items.size();
    return is_place ? &parent.items[index] : nullptr;
  }
  Member* member = parent.find(step);
  return member == nullptr ? nullptr : &member->value;
}

// The same, made where a map lacks it; null after a finding.
Node* descend(Node& parent, const std::string& step, const Position& at, Findings& findings) {
  if (Node* found = existing(parent, step)) return found;
  if (parent.is_list()) {
    findings.error(at, fmt::format("'{}' is not a place in a list of {}; places are counted from 0", step, parent.items.size()));
    return nullptr;
  }
  if (parent.is_scalar()) {
    findings.error(at, fmt::format("'{}' lies below one value; only maps and lists have something below them", step));
    return nullptr;
  }
  parent.kind = Node::Kind::kMap;
  parent.members.push_back({step, at, {}});
  parent.members.back().value.at = at;
  return &parent.members.back().value;
}

// The options that the file gives to one plugin mean nothing to another that takes its slot.
void drop_config_of_another(Node& root, std::vector<std::string> path, const Node& use) {
  path.pop_back();
  Node* slot = &root;
  for (const std::string& step : path) {
    slot = existing(*slot, step);
    if (slot == nullptr) return;
  }
  const Node* before = slot->value("use");
  if (before == nullptr || before->text == use.text) return;
  std::erase_if(slot->members, [](const Member& member) { return member.key == "config" && !is_override(member.at); });
}

// The override below `node`, or null.
const Node* overridden(const Node& node) {
  if (is_override(node.at)) return &node;
  for (const Node& item : node.items)
    if (const Node* found = overridden(item)) return found;
  for (const Member& member : node.members)
    if (const Node* found = overridden(member.value)) return found;
  return nullptr;
}

// Kafka's `listeners` replaces the list, so nothing would be left of an override of a part of it. What replaces the whole list is refused
// where listeners are read.
void refuse_two_listeners(Node& root, Findings& findings) {
  const Node* list = root.value("listeners");
  const Node* kafka = root.value("kafka");
  const Node* kafkas = kafka == nullptr ? nullptr : kafka->value("listeners");
  if (list == nullptr || kafkas == nullptr || is_override(list->at) || !is_override(kafkas->at)) return;
  if (const Node* part = overridden(*list))
    findings.error(part->at, "changes a listener that '--override listeners' replaces; keep one of the two");
}

}  // namespace

void place(Node& node, const Position& at) {
  node.at = at;
  for (Node& item : node.items) place(item, at);
  for (Member& member : node.members) {
    member.at = at;
    place(member.value, at);
  }
}

bool is_override(const Position& at) { return at.file.starts_with(kOverride); }

void set_path(Node& root, const std::vector<std::string>& path, Node value, Findings& findings) {
  Node* node = &root;
  for (const std::string& step : path) {
    node = descend(*node, step, value.at, findings);
    if (node == nullptr) return;
  }
  *node = std::move(value);
}

void apply_override(Node& root, const std::string& argument, Findings& findings) {
  const auto equals = argument.find('=');
  const std::string key = argument.substr(0, equals);
  const Position at{fmt::format("{} {}", kOverride, key), 0, 0};
  if (equals == std::string::npos || key.empty())
    return findings.error(at, "must be KEY=VALUE, with a Kafka key or a path such as /storage/use");

  Node value;
  if (key.starts_with('/')) {
    auto parsed = parse_yaml(argument.substr(equals + 1), at.file, findings);
    if (!parsed) return;
    value = *std::move(parsed);
  } else {
    value.kind = Node::Kind::kScalar;
    value.text = argument.substr(equals + 1);
  }
  place(value, at);
  if (key.ends_with("/use")) drop_config_of_another(root, split_path(key), value);
  const bool of_listeners = key == "listeners" || key.starts_with("/listeners/");
  set_path(root, key.starts_with('/') ? split_path(key) : std::vector<std::string>{"kafka", key}, std::move(value), findings);
  // set_path leaves the key where it was first said; what counts from now on is the override.
  if (!key.starts_with('/'))
    if (Member* kafka = root.find("kafka"))
      if (Member* member = kafka->value.find(key)) member->at = at;
  if (of_listeners) refuse_two_listeners(root, findings);
}

}  // namespace barnabas::config
